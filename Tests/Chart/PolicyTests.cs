using k8s.Models;
using OrleansSie.Silo.Hosting;
using OrleansSie.Testing;
using OrleansSie.Tests.Failures;
using OrleansSie.Tests.Kubernetes.Silos;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>What must hold for every pod of every value set.</summary>
public sealed class PolicyTests
{

    public static TheoryData<string> Sets => ValueSets.All;

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task EveryPod_IsNotRootAndHasTheRuntimesSeccompProfile(string set) =>
        Assert.All((await RenderedChart.OfAsync(set)).Pods, pod =>
        {
            Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
            Assert.True(pod.Spec.SecurityContext.RunAsUser > 0);
            Assert.True(pod.Spec.SecurityContext.RunAsGroup > 0);
            Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile.Type);
            Assert.Null(pod.Spec.HostNetwork ?? pod.Spec.HostPID ?? pod.Spec.HostIPC);
            Assert.DoesNotContain(pod.Spec.Volumes ?? [], volume => volume.HostPath is not null);
            Assert.False(pod.Spec.EnableServiceLinks);
        });

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task EveryContainer_CanWriteNothingAndGainNothing(string set) =>
        Assert.All((await RenderedChart.OfAsync(set)).Pods.SelectMany(Containers), container =>
        {
            var security = container.SecurityContext;
            Assert.True(security.RunAsNonRoot);
            Assert.True(security.ReadOnlyRootFilesystem);
            Assert.False(security.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], security.Capabilities.Drop);
            Assert.Null(security.Capabilities.Add);
            Assert.Null(security.Privileged);
        });

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task EveryContainer_HasAnExactImageAndResources(string set) =>
        Assert.All((await RenderedChart.OfAsync(set)).Pods.SelectMany(Containers), container =>
        {
            Assert.Matches(@"^[a-z0-9./-]+(:v?\d+\.\d+\.\d+(-[a-z0-9.]+)?|@sha256:[0-9a-f]{64})$", container.Image);
            Assert.Contains("cpu", container.Resources.Requests.Keys);
            Assert.Contains("memory", container.Resources.Requests.Keys);
            Assert.Contains("memory", container.Resources.Limits.Keys);
        });

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task ServiceAccountToken_IsMountedOnlyInSilosThatKeepTheirMembershipInKubernetes(string set)
    {
        var chart = await RenderedChart.OfAsync(set);
        var inKubernetes = (string?)ChartValues.Of(set)["clustering"]!["provider"] == "kubernetes";

        Assert.All(chart.Pods, pod => Assert.Equal(inKubernetes && pod.Name == chart.Silos.Metadata.Name, pod.Spec.AutomountServiceAccountToken));
        Assert.All(chart.All<V1ServiceAccount>(), account => Assert.False(account.AutomountServiceAccountToken));
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task Role_IsWhatARunOfTheProgramAskedForAndNoMore(string set)
    {
        var chart = await RenderedChart.OfAsync(set);
        if ((string?)ChartValues.Of(set)["clustering"]!["provider"] != "kubernetes")
        {
            Assert.Empty(chart.All<V1Role>());
            Assert.Empty(chart.All<V1RoleBinding>());
            return;
        }

        var rules = Assert.Single(chart.All<V1Role>()).Rules;
        Assert.All(rules, rule => Assert.Equal([""], rule.ApiGroups));
        Assert.All(rules, rule => Assert.Equal(["configmaps"], rule.Resources));
        var names = rules.SelectMany(rule => rule.ResourceNames).ToArray();
        Assert.Equal(names[0] + "-alive", names[1]);
        Assert.Equal(
            MembershipRole.Rights,
            rules.SelectMany(rule => rule.ResourceNames.SelectMany(name => rule.Verbs.Select(verb => (verb, name.Replace(names[0], Stage.MembershipTable, StringComparison.Ordinal))))).ToHashSet());
        Assert.All(names, name => Assert.Null(chart.Named<V1ConfigMap>(name)!.Data));
        Assert.DoesNotContain(chart.Raw, raw => ((string)raw["kind"]!).StartsWith("Cluster", StringComparison.Ordinal));

        var binding = Assert.Single(chart.All<V1RoleBinding>());
        Assert.Equal(chart.All<V1Role>().Single().Metadata.Name, binding.RoleRef.Name);
        var subject = Assert.Single(binding.Subjects);
        Assert.Equal((chart.Silos.Spec.Template.Spec.ServiceAccountName, "counting"), (subject.Name, subject.NamespaceProperty));
    }

    [SystemFact]
    public async Task MembershipObjects_CanBeWritten()
    {
        var chart = await RenderedChart.OfAsync("default");

        Assert.All(
            ["sie-orleans-sie-membership", "sie-orleans-sie-membership-alive"],
            name => Assert.Null(chart.Named<V1ConfigMap>(name)!.Immutable));
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task Silos_AreReplacedOneByOneAndComeBackTogether(string set)
    {
        var silos = (await RenderedChart.OfAsync(set)).Silos.Spec;

        Assert.Equal(("RollingUpdate", "Parallel"), (silos.UpdateStrategy.Type, silos.PodManagementPolicy));
        Assert.Null(silos.UpdateStrategy.RollingUpdate);
        Assert.InRange(silos.MinReadySeconds!.Value, 1, 30);
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task Secrets_AreMountedForTheirGroupAlone(string set) =>
        Assert.All(
            (await RenderedChart.OfAsync(set)).Pods.SelectMany(pod => pod.Spec.Volumes ?? []).Where(volume => volume.Secret is not null),
            volume => Assert.Equal(0b100_100_000, volume.Secret.DefaultMode));

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task Membership_ConfigMapsAreNeverMounted(string set)
    {
        var chart = await RenderedChart.OfAsync(set);

        Assert.DoesNotContain(
            chart.Pods.SelectMany(pod => pod.Spec.Volumes ?? []),
            volume => volume.ConfigMap?.Name.Contains("-membership", StringComparison.Ordinal) ?? false);
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task GracePeriod_IsLongerThanTheSilosStop(string set)
    {
        var grace = (await RenderedChart.OfAsync(set)).Silos.Spec.Template.Spec.TerminationGracePeriodSeconds;

        Assert.True(grace >= StopDeadline.Patience.TotalSeconds + 5);
    }

    [SystemFact]
    public async Task Silos_RunAsTheImagesUser()
    {
        var security = (await RenderedChart.OfAsync("embedded")).Silos.Spec.Template.Spec.SecurityContext;

        Assert.Contains($"USER {security.RunAsUser}:{security.RunAsGroup}\n", Repository.Read("Dockerfile"), StringComparison.Ordinal);
        Assert.Equal(security.RunAsGroup, security.FsGroup);
    }

    [SystemFact]
    public async Task ServiceAccount_CarriesTheGoogleAccount()
    {
        var chart = await RenderedChart.OfAsync("production");
        var account = chart.Named<V1ServiceAccount>(chart.Silos.Spec.Template.Spec.ServiceAccountName)!;

        Assert.Equal("spot-interruption-exporter@example-project.iam.gserviceaccount.com", account.Metadata.Annotations["iam.gke.io/gcp-service-account"]);
    }

    private static IEnumerable<V1Container> Containers((string Name, IDictionary<string, string> Labels, V1PodSpec Spec) pod) =>
        pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []);
}
