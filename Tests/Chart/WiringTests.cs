using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>That what refers to something refers to something that is there.</summary>
public sealed class WiringTests
{
    public static TheoryData<string> Sets => ValueSets.All;

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task Probes_AskForPathsOnThePortThatTheSiloServes(string set)
    {
        var chart = await RenderedChart.OfAsync(set);
        var endpoints = Repository.Read("Silo/Web/WebEndpoints.cs");

        Assert.All<V1Probe>([chart.Silo.StartupProbe, chart.Silo.LivenessProbe, chart.Silo.ReadinessProbe], probe =>
        {
            Assert.Contains($"MapMethods(\"{probe.HttpGet.Path}\", _reads", endpoints, StringComparison.Ordinal);
            Assert.Equal("metrics", probe.HttpGet.Port.Value);
            Assert.True(probe.TimeoutSeconds >= 3, "a scrape of the counts may take two seconds");
        });
        Assert.Equal("/healthz/ready", chart.Silo.ReadinessProbe.HttpGet.Path);
        Assert.Equal("/healthz/live", chart.Silo.LivenessProbe.HttpGet.Path);
        Assert.Equal(Config(set, "prometheus", "port"), Port(chart, "metrics"));
        Assert.Equal(Config(set, "clustering", "silo_port"), Port(chart, "silo"));
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task Pods_AreNotGivenTheVariablesOfServices(string set) =>
        Assert.All((await RenderedChart.OfAsync(set)).Pods, pod => Assert.False(pod.Spec.EnableServiceLinks));

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task Selectors_FitTheLabelsOfTheirPods(string set)
    {
        var chart = await RenderedChart.OfAsync(set);

        Assert.All(chart.All<V1StatefulSet>(), s => Assert.Subset(Pairs(s.Spec.Template.Metadata.Labels), Pairs(s.Spec.Selector.MatchLabels)));
        Assert.All(chart.All<V1Service>(), s => Assert.Single(Selected(chart, s.Spec.Selector)));
        Assert.All(chart.All<V1NetworkPolicy>(), p => Assert.Single(Selected(chart, p.Spec.PodSelector.MatchLabels)));
        Assert.All(chart.All<V1PodDisruptionBudget>(), b => Assert.Equal(chart.Silos.Metadata.Name, Assert.Single(Selected(chart, b.Spec.Selector.MatchLabels))));
        Assert.All([.. chart.Kind("PodMonitor"), .. chart.Kind("PodMonitoring")], m => Assert.Equal(chart.Silos.Metadata.Name, Assert.Single(Selected(chart, Labels(m)))));
        Assert.All(chart.Kind("ServiceMonitor"), m => Assert.Equal(
            chart.Silos.Metadata.Name + "-metrics",
            Assert.Single(chart.All<V1Service>(), service => Labels(m).All(pair => service.Metadata.Labels.Contains(pair))).Metadata.Name));
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task Services_LeadToPortsThatThePodsHave(string set)
    {
        var chart = await RenderedChart.OfAsync(set);

        Assert.All(chart.All<V1Service>(), service =>
        {
            var pod = chart.Pods.Single(p => service.Spec.Selector.All(p.Labels.Contains));
            Assert.All(service.Spec.Ports, port => Assert.Contains(
                pod.Spec.Containers.SelectMany(c => c.Ports), p => p.Name == port.TargetPort.Value && p.ContainerPort == port.Port));
        });
        var headless = chart.Named<V1Service>(chart.Silos.Spec.ServiceName)!;
        Assert.Equal("None", headless.Spec.ClusterIP);
        Assert.True(headless.Spec.PublishNotReadyAddresses);
        Assert.NotNull(chart.Store is { } store ? chart.Named<V1Service>(store.Spec.ServiceName) : headless);
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task NetworkPolicies_LetSilosAloneToSilosAndStore(string set)
    {
        var chart = await RenderedChart.OfAsync(set);
        var enabled = ChartValues.Of(set)["networkPolicy"]!["enabled"]!.GetValue<bool>();
        var guards = chart.All<V1NetworkPolicy>().Where(policy => RenderedChart.Component(policy.Metadata) != "test").ToList();
        Assert.Equal(enabled ? 1 + chart.All<V1StatefulSet>().Count(s => s != chart.Silos) : 0, guards.Count);

        Assert.All(guards, policy =>
        {
            Assert.Contains("Ingress", policy.Spec.PolicyTypes);
            var isStore = RenderedChart.Component(policy.Metadata) == "store";
            var guarded = isStore ? 6379 : Port(chart, "silo");
            var rule = Assert.Single(policy.Spec.Ingress, r => r.Ports.Any(p => p.Port.Value == Text(guarded)));
            Assert.Single(rule.Ports);
            Assert.Equal(chart.Silos.Metadata.Name, Assert.Single(Selected(chart, Assert.Single(rule.FromProperty).PodSelector.MatchLabels)));
            Assert.Equal(
                isStore ? [] : [Text(Port(chart, "metrics"))],
                policy.Spec.Ingress.Where(r => r != rule).SelectMany(r => r.Ports).Select(p => p.Port.Value));
        });
    }

    [SystemFact]
    public async Task Egress_WhenClosed_StillReachesSilosStoreDnsGoogleAndTheMetadataServer()
    {
        var chart = await RenderedChart.OfAsync("production");
        var egress = chart.Named<V1NetworkPolicy>(chart.Silos.Metadata.Name)!.Spec.Egress;

        Assert.Equal(["11111", "6379", "53", "53", "443", "6443", "80", "988"], egress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value));
        Assert.Empty(chart.Named<V1NetworkPolicy>(chart.Store!.Metadata.Name)!.Spec.Egress);
    }

    [SystemFact]
    public async Task Egress_WhenClosed_StillLetsTheTestsPodScrapeASilo()
    {
        var chart = await RenderedChart.OfAsync("production");
        var policy = chart.All<V1NetworkPolicy>().Single(policy => RenderedChart.Component(policy.Metadata) == "test");

        Assert.Equal(["sie-orleans-sie-test"], Selected(chart, policy.Spec.PodSelector.MatchLabels));
        Assert.Equal(["Ingress", "Egress"], policy.Spec.PolicyTypes);
        Assert.Null(policy.Spec.Ingress);
        Assert.Equal(chart.Silos.Metadata.Name, Assert.Single(Selected(chart, policy.Spec.Egress[0].To[0].PodSelector.MatchLabels)));
        Assert.Equal(["8090", "53", "53"], policy.Spec.Egress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value));
    }

    [SystemFact]
    public async Task StatefulSets_ReplaceAPodThatIsNotReady()
    {
        var chart = await RenderedChart.OfAsync("default");

        Assert.All(chart.All<V1StatefulSet>(), set => Assert.Equal("Parallel", set.Spec.PodManagementPolicy));
    }

    [SystemFact]
    public async Task Metrics_WhenClosedToAllButPrometheus_AreOpenToTheTestsPod()
    {
        var chart = await RenderedChart.OfAsync("production");
        var rule = chart.Named<V1NetworkPolicy>(chart.Silos.Metadata.Name)!.Spec.Ingress.Single(r => r.Ports[0].Port.Value == "8090");

        Assert.Equal(2, rule.FromProperty.Count);
        Assert.Equal(["sie-orleans-sie-test"], Selected(chart, rule.FromProperty[1].PodSelector.MatchLabels));
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task Budget_LeavesASiloAndIsThereForSeveral(string set)
    {
        var chart = await RenderedChart.OfAsync(set);
        var replicas = chart.Silos.Spec.Replicas;
        if (replicas == 1)
        {
            Assert.Empty(chart.All<V1PodDisruptionBudget>());
            return;
        }

        var budget = Assert.Single(chart.All<V1PodDisruptionBudget>()).Spec;
        Assert.InRange(int.Parse(budget.MaxUnavailable.Value, CultureInfo.InvariantCulture), 1, replicas!.Value - 1);
        Assert.Equal("AlwaysAllow", budget.UnhealthyPodEvictionPolicy);
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task Mounts_AreOfVolumesThatExist_AndConfigMapsAndSecretsAreTheChartsOrGiven(string set)
    {
        var chart = await RenderedChart.OfAsync(set);
        string[] given = ["counts", "store-password", "google-key"];

        Assert.All(chart.Pods, pod =>
        {
            var claims = chart.Named<V1StatefulSet>(pod.Name)?.Spec.VolumeClaimTemplates?.Select(c => c.Metadata.Name) ?? [];
            var volumes = (pod.Spec.Volumes ?? []).Select(v => v.Name).Concat(claims).ToList();
            Assert.Equal(volumes.Order(), pod.Spec.Containers.SelectMany(c => c.VolumeMounts ?? []).Select(m => m.Name).Order());

            var maps = (pod.Spec.Volumes ?? []).Select(v => v.ConfigMap?.Name).OfType<string>();
            Assert.All(maps, name => Assert.NotNull(chart.Named<V1ConfigMap>(name)));

            var secrets = (pod.Spec.Volumes ?? []).Select(v => v.Secret?.SecretName)
                .Concat(pod.Spec.Containers.SelectMany(c => c.Env ?? []).Select(e => e.ValueFrom?.SecretKeyRef?.Name)).OfType<string>();
            Assert.All(secrets, name => Assert.True(given.Contains(name) || chart.Named<V1Secret>(name) is not null, name));
        });
    }

    [SystemFact]
    public async Task Pods_StayOffSpotNodesByDefault_AndApart()
    {
        var chart = await RenderedChart.OfAsync("default");

        Assert.All<V1StatefulSet>([chart.Silos, chart.Store!], workload =>
        {
            var terms = Assert.Single(workload.Spec.Template.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms).MatchExpressions;
            Assert.Equal(["cloud.google.com/gke-spot"], terms.Select(term => term.Key));
            Assert.All(terms, term => Assert.Equal("NotIn", term.OperatorProperty));
        });
        var pods = chart.Silos.Spec.Template.Spec;
        Assert.Equal("kubernetes.io/hostname", Assert.Single(pods.Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution).PodAffinityTerm.TopologyKey);
        Assert.Equal("topology.kubernetes.io/zone", Assert.Single(pods.TopologySpreadConstraints).TopologyKey);
    }

    [SystemTheory]
    [InlineData("existing-redis", "ca_file", "ca.crt")]
    [InlineData("existing-redis", "connection_string_file", "url")]
    [InlineData("redis-password", "password_file", "redis-password")]
    public async Task FilesOfYourRedis_AreWhereTheConfigurationSays(string set, string key, string secretKey)
    {
        var chart = await RenderedChart.OfAsync(set);

        var path = (string)YamlJson.Documents(chart.Named<V1ConfigMap>(chart.Silos.Metadata.Name)!.Data["config.yaml"]).Single()["storage"]!["redis"]![key]!;
        var mount = Assert.Single(chart.Silo.VolumeMounts, mount => Path.GetDirectoryName(path) == mount.MountPath);
        var secret = Assert.Single(chart.Silos.Spec.Template.Spec.Volumes, volume => volume.Name == mount.Name).Secret;
        Assert.Equal(("counts", secretKey), (secret.SecretName, Assert.Single(secret.Items, item => item.Path == Path.GetFileName(path)).Key));
    }

    [SystemFact]
    public async Task SpotNodesOfOtherLabels_AreAvoidedBySilosAndStore()
    {
        var chart = await RenderedChart.OfAsync("scheduling");

        Assert.All<V1StatefulSet>([chart.Silos, chart.Store!], workload => Assert.Equal(
            ["cloud.google.com/gke-spot", "cloud.google.com/gke-preemptible"],
            Assert.Single(workload.Spec.Template.Spec.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution).Preference.MatchExpressions.Select(term => term.Key)));
    }

    [SystemFact]
    public async Task SingleTarget_IsTheServicesClusterDocument_AndTakesItsSeriesFromTheOthers()
    {
        var chart = await RenderedChart.OfAsync("production");
        var spec = Assert.Single(chart.Kind("ScrapeConfig"))["spec"]!;
        var service = chart.Named<V1Service>("sie-orleans-sie-metrics")!;

        Assert.Equal($"{service.Metadata.Name}.counting.svc:{service.Spec.Ports[0].Port}", (string?)spec["staticConfigs"]![0]!["targets"]![0]);
        Assert.Equal("/metrics/cluster", (string?)spec["metricsPath"]);
        var dropped = (string)Assert.Single(chart.Kind("PodMonitor"))["spec"]!["podMetricsEndpoints"]![0]!["metricRelabelings"]![0]!["regex"]!;
        Assert.Equal(ClusterSeries().Order(StringComparer.Ordinal), dropped.Split('|').Order(StringComparer.Ordinal));
    }

    /// <summary>What Prometheus stores of the table "Cluster-wide series" of docs/metrics.md.</summary>
    private static IEnumerable<string> ClusterSeries() => Repository.Read("docs/metrics.md")
        .Split("\n## Cluster-wide series\n")[1].Split("\n#")[0].Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Count(c => c == '|') == 8)
        .SelectMany(line => (line.Split('`')[1], line.Split('|')[2].Trim()) switch
        {
            (var name, "counter") when !name.StartsWith("sie_unattributed_", StringComparison.Ordinal) => [name, name.Replace("_total", "_created", StringComparison.Ordinal)],
            (var name, "histogram") => [name + "_bucket", name + "_count", name + "_sum", name + "_created"],
            var (name, _) => (string[])[name],
        });

    private static IEnumerable<string> Selected(RenderedChart chart, IEnumerable<KeyValuePair<string, string>> labels) =>
        chart.Pods.Where(pod => labels.All(pod.Labels.Contains)).Select(pod => pod.Name);

    private static IEnumerable<KeyValuePair<string, string>> Labels(JsonObject monitor) =>
        monitor["spec"]!["selector"]!["matchLabels"]!.AsObject().Select(pair => KeyValuePair.Create(pair.Key, (string)pair.Value!));

    private static HashSet<KeyValuePair<string, string>> Pairs(IDictionary<string, string> labels) => [.. labels];

    private static int Port(RenderedChart chart, string name) => chart.Silo.Ports.Single(port => port.Name == name).ContainerPort;

    private static int Config(string set, string section, string key) => ChartValues.Of(set)["config"]![section]![key]!.Deserialize<int>();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
