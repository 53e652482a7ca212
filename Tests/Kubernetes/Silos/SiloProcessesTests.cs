using OrleansSie.Testing;
using OrleansSie.Testing.Kubernetes;
using OrleansSie.Tests.Failures;
using Xunit;

namespace OrleansSie.Tests.Kubernetes.Silos;

/// <summary>The program itself, in processes of its own, with its membership table in a Kubernetes API.</summary>
[Collection(nameof(KubernetesRows))]
public sealed class SiloProcessesTests
{
    [SystemFact]
    public async Task ThreeSilos_JoinShareTheWorkRollAndLeave_WithTheRightsOfTheRoleAlone()
    {
        await using var stage = await Stage.StartOnKubernetesAsync();
        stage.ApiServer!.Allows = request => MembershipRole.Grants(request);
        var pods = new Queue<string>(["sie-0", "sie-1", "sie-2"]);
        foreach (var pod in pods)
        {
            stage.AddSilo(pod);
        }

        await stage.ReadyAsync();
        Assert.Equal(3, Members.Active(stage));
        foreach (var silo in stage.Silos.ToArray())
        {
            await stage.PublishAsync(60);
            await stage.CountsGoOnAsync(silo);
            var (exitCode, took) = await silo.TerminateAsync();
            Assert.Equal(0, exitCode);
            Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(25));
            await stage.RemoveAsync(silo);
            Assert.Equal(2, Members.Active(stage));
            await stage.AddSilo(pods.Dequeue()).ReadyAsync();
        }

        await stage.IsExactAsync();
        Assert.Equal(3, Members.Active(stage));
        Assert.Equal(MembershipRole.Rights, stage.ApiServer.UsedRights());
    }

    [SystemFact]
    public async Task ThreeSilosBecomeTenAndThreeAgain_UnderTraffic_AndTheTotalsStayExact()
    {
        await using var stage = await Stage.StartOnKubernetesAsync();
        foreach (var ordinal in Enumerable.Range(0, 3))
        {
            stage.AddSilo($"sie-{ordinal}");
        }

        await stage.ReadyAsync();
        await stage.PublishAsync(60);
        foreach (var ordinal in Enumerable.Range(3, 7))
        {
            stage.AddSilo($"sie-{ordinal}");
            await stage.PublishAsync(20);
        }

        await stage.ReadyAsync();
        Assert.Equal(10, Members.Active(stage));
        await stage.PublishAsync(60);

        // All seven at once, while their queues are full.
        var leaving = stage.Silos.Skip(3).ToArray();
        var ends = leaving.Select(silo => silo.TerminateAsync()).ToArray();
        await stage.PublishAsync(60);
        Assert.All(await Task.WhenAll(ends), end => Assert.Equal(0, end.ExitCode));
        foreach (var silo in leaving)
        {
            await stage.RemoveAsync(silo);
        }

        await stage.IsExactAsync();
        Assert.Equal(["sie-0", "sie-1", "sie-2"], Members.Of(stage).Where(row => row.Status == "Active").Select(row => row.Name).Order());
    }

    [SystemFact]
    public async Task TwoOfThreeSilos_KilledAtOnceAndNotReplaced_LeaveOneThatCountsEverything()
    {
        await using var stage = await Stage.StartOnKubernetesAsync();
        var survivor = stage.AddSilo("sie-0");
        var lost = new[] { stage.AddSilo("sie-1"), stage.AddSilo("sie-2") };
        await stage.ReadyAsync();
        await stage.PublishAsync(60);
        await stage.CountsGoOnAsync(survivor);

        await Task.WhenAll(lost.Select(stage.KillAsync));
        await stage.PublishAsync(20);

        // One vote is too few while the other one's last sign of life is fresh.
        await Eventually.IsAsync(() => Task.FromResult(Members.Active(stage)), active => active == 1, TimeSpan.FromMinutes(3));
        await stage.IsExactAsync();
    }

    [SystemFact]
    public async Task AKilledSilosSuccessor_OfTheSameNameAtAnotherAddress_EndsItAtOnce()
    {
        await using var stage = await Stage.StartOnKubernetesAsync();
        stage.AddSilo("sie-0");
        stage.AddSilo("sie-1");
        await stage.ReadyAsync();
        await stage.PublishAsync(60);
        await stage.CountsGoOnAsync(stage.Silos[0]);

        // All of them, so that no other silo finds the first one dead.
        await Task.WhenAll(stage.Silos.ToArray().Select(stage.KillAsync));
        var successor = stage.AddSilo("sie-0", logLevel: "info");
        await Eventually.IsAsync(() => Task.FromResult(successor.Output), text => text.Contains("bore this silo's name sie-0", StringComparison.Ordinal));

        stage.AddSilo("sie-1");
        await stage.ReadyAsync();
        await stage.IsExactAsync();
        Assert.Equal(2, Members.Active(stage));
        Assert.Equal(["Active", "Dead"], Members.Of(stage).Where(row => row.Name == "sie-0").Select(row => row.Status).Order());
    }

    [SystemFact]
    public async Task AnApiServerAwayForAMinute_StopsNobody()
    {
        await using var stage = await Stage.StartOnKubernetesAsync();
        for (var silo = 0; silo < 3; silo++)
        {
            stage.AddSilo();
        }

        await stage.ReadyAsync();
        var (version, beat) = (Members.Version(stage), Members.NewestHeartbeat(stage));
        await stage.ApiServer!.StopAsync();
        var away = TimeProvider.System.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(5));
        while (TimeProvider.System.GetElapsedTime(away) < TimeSpan.FromSeconds(60))
        {
            await stage.PublishAsync(20);
            await stage.CountedAsync();
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain(stage.Silos, silo => silo.HasExited);
        Assert.All(await stage.MetricsAsync(), metrics => Assert.Equal(0, metrics["sie_membership_available"]));
        Assert.Contains("the membership table cannot be used: The API server at", await stage.Silos[0].ReadinessAsync(), StringComparison.Ordinal);
        await stage.ApiServer.ListenAsync();

        await Eventually.IsAsync(() => Task.FromResult(Members.NewestHeartbeat(stage)), newest => string.CompareOrdinal(newest, beat) > 0);
        await stage.IsExactAsync();
        await stage.ReadyAsync();
        Assert.All(await stage.MetricsAsync(), metrics => Assert.True(metrics["sie_membership_failures_total"] > 0 && metrics["sie_membership_table_bytes"] > 100));
        Assert.Equal(version, Members.Version(stage));
        Assert.Equal(3, Members.Active(stage));
    }

    [SystemFact]
    public async Task AnApiServerAwayAtTheStart_IsWaitedFor_AndAtTheEndHoldsNobodyBack()
    {
        await using var stage = await Stage.StartOnKubernetesAsync();
        await stage.ApiServer!.StopAsync();
        var silo = stage.AddSilo();
        await Eventually.IsAsync(() => Task.FromResult(silo.Output), text => text.Contains("cannot be reached yet", StringComparison.Ordinal));
        Assert.StartsWith("not ready\nthis silo has not joined its cluster yet", await silo.ReadinessAsync(), StringComparison.Ordinal);

        await stage.ApiServer.ListenAsync();
        await silo.ReadyAsync();
        await stage.PublishAsync(20);
        await stage.CountedAsync();
        await stage.ApiServer.StopAsync();
        var (exitCode, took) = await silo.TerminateAsync();

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(40));
        Assert.Contains("without having left its cluster", silo.Output, StringComparison.Ordinal);
    }

    [SystemFact]
    public async Task AMissingRight_EndsTheStartWithItsNameAndTheRole()
    {
        await using var stage = await Stage.StartOnKubernetesAsync();
        stage.ApiServer!.Allows = request => request.Verb != "patch" && MembershipRole.Grants(request);
        var silo = stage.AddSilo();

        var exitCode = await silo.ExitedAsync();

        Assert.Equal(78, exitCode);
        Assert.Contains("cannot patch resource \"configmaps\"", silo.Output, StringComparison.Ordinal);
        Assert.Contains("resourceNames: [\"sie-membership-alive\"]", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("please report", silo.Output, StringComparison.Ordinal);
    }

    [SystemFact]
    public async Task WithoutTokenAndKubeConfig_TheStartEndsWithWhatIsMissing()
    {
        await using var stage = await Stage.StartOnKubernetesAsync();
        var silo = stage.AddSilo(kubeConfig: "");

        var exitCode = await silo.ExitedAsync();

        Assert.Equal(78, exitCode);
        Assert.Contains("In a pod set automountServiceAccountToken; elsewhere set KUBECONFIG.", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("please report", silo.Output, StringComparison.Ordinal);
    }

    [SystemFact]
    public async Task ATableDeletedAndMadeAgain_EndsTheSilosOfTheOldOne_AndTheNextOnesCountOn()
    {
        await using var stage = await Stage.StartOnKubernetesAsync();
        var old = new[] { stage.AddSilo("sie-0"), stage.AddSilo("sie-1") };
        await stage.ReadyAsync();
        await stage.PublishAsync(60);
        await stage.CountsGoOnAsync(old[0]);

        stage.ApiServer!.Objects.Delete(FakeApiServer.Namespace, Stage.MembershipTable);
        stage.ApiServer.Objects.Create(
            FakeApiServer.Namespace, new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = Stage.MembershipTable } }, false);
        foreach (var silo in old)
        {
            Assert.Equal(75, await silo.EndedAsync(TimeSpan.FromSeconds(60)));
            Assert.Contains("was deleted and made again while this silo runs", silo.Output, StringComparison.Ordinal);
            await stage.RemoveAsync(silo);
        }

        stage.AddSilo("sie-0");
        stage.AddSilo("sie-1");
        await stage.ReadyAsync();
        await stage.IsExactAsync();
        Assert.Equal(2, Members.Active(stage));
    }
}
