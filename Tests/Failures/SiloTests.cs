using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Failures;

/// <summary>Silos that are killed, stopped or frozen while they work: the others take over, and every interruption is counted once.</summary>
[Collection(nameof(SiloRows))]
public sealed class SiloTests
{
    [SystemFact]
    public async Task OneSiloOfThree_Killed_OthersTakeItsWork()
    {
        await using var stage = await Stage.StartAsync(silos: 3);
        await stage.PublishAsync(240);
        await stage.CountsGoOnAsync(stage.Silos[1]);

        await stage.KillAsync(stage.Silos[1]);
        var shown = Stage.Total(await stage.Silos[0].MetricsAsync());
        await stage.PublishAsync(40);

        await stage.CountsGoOnAsync(stage.Silos[0]);
        Assert.True(shown <= Stage.Total(await stage.Silos[0].MetricsAsync()), "a count never falls");
        await stage.IsExactAsync();
        Assert.True(Stage.Settled(await stage.MetricsAsync()) > 0, "the others go on settling");
    }

    [SystemFact]
    public async Task AllSilos_KilledAtOnce_TheNextOnesTakeUpTheirWork()
    {
        await using var stage = await Stage.StartAsync(silos: 3);
        await stage.PublishAsync(240);
        await stage.CountsGoOnAsync(stage.Silos[0]);

        var last = Stage.Total(await stage.Silos[0].MetricsAsync());
        await Task.WhenAll(stage.Silos.ToArray().Select(stage.KillAsync));
        var next = Enumerable.Range(0, 3).Select(_ => stage.AddSilo()).ToList();

        // The first counts that are served are no fewer than the last ones: none is served before the copy is complete. A silo joins
        // when the signs of life of the killed ones are too old to be waited for, which takes longer than one joins otherwise.
        var first = await Stage.UntilAsync(next[0], m => m.Of(MetricNames.InterruptionEvents).Count > 0, TimeSpan.FromMinutes(3));
        Assert.True(Stage.Total(first) >= last, $"{Stage.Total(first)} after {last}");
        await stage.ReadyAsync();
        await stage.IsExactAsync();
    }

    [SystemFact]
    public async Task OnlySilo_Killed_CountsAreThereWhenItIsStartedAgain()
    {
        await using var stage = await Stage.StartAsync(silos: 1);
        await stage.PublishAsync(160);
        await stage.CountsGoOnAsync(stage.Silos[0]);
        var last = Stage.Total(await stage.Silos[0].MetricsAsync());

        await stage.KillAsync(stage.Silos[0]);
        await stage.PublishAsync(50);
        var silo = stage.AddSilo();

        var first = await Stage.UntilAsync(silo, m => m.Of(MetricNames.InterruptionEvents).Count > 0);
        Assert.True(Stage.Total(first) >= last, $"{Stage.Total(first)} after {last}");
        await stage.IsExactAsync();
    }

    [SystemFact]
    public async Task RollingRestart_OfThree_GivesBackWhatIsUnsettledAndCountsOn()
    {
        await using var stage = await Stage.StartAsync(silos: 3);
        foreach (var silo in stage.Silos.ToArray())
        {
            await stage.PublishAsync(100);
            await stage.CountsGoOnAsync(silo);
            var (exitCode, took) = await silo.TerminateAsync();
            Assert.Equal(0, exitCode);
            Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(25));
            await stage.RemoveAsync(silo);
            await stage.AddSilo().ReadyAsync();
        }

        await stage.IsExactAsync();
        var metrics = await stage.MetricsAsync();
        Assert.Equal(0, metrics.Sum(m => m.Of(MetricNames.AbandonedMessages).Where(s => !s.Key.Contains("returned", StringComparison.Ordinal)).Sum(s => s.Value)));
        Assert.Equal(3, metrics.Sum(m => m[MetricNames.Ready]));
    }

    [SystemFact]
    public async Task Silo_FrozenUntilItIsDeclaredDead_CountsNothingMoreWhenItWakes()
    {
        await using var stage = await Stage.StartAsync(silos: 3);
        var frozen = stage.Silos[1];
        await stage.PublishAsync(240);
        await stage.CountsGoOnAsync(frozen);

        frozen.Freeze();
        stage.Ignore(frozen);
        await stage.PublishAsync(100);
        await stage.CountedAsync();
        frozen.Thaw();

        // Whatever it was about to write and to acknowledge when it was frozen, it finds out that it was replaced.
        Assert.NotEqual(0, await frozen.ExitedAsync());
        await stage.IsExactAsync();
    }

    [SystemFact]
    public async Task IndexSilo_Killed_OthersServeTheLastCountsAndThenTheNewOnes()
    {
        await using var stage = await Stage.StartClusterAsync();
        var index = stage.Silos[0];
        await stage.PublishAsync(40);
        await stage.CountedAsync();
        var others = new[] { stage.AddSilo(), stage.AddSilo() };
        await stage.ReadyAsync();

        await stage.KillAsync(index);
        var stands = Stage.UntilAsync(others[0], m => AgeOfCounts(m) > 2 && Stage.Total(m) >= 40);
        await stage.PublishAsync(40);
        await stands;

        await stage.IsExactAsync();
        var after = await stage.MetricsAsync();
        Assert.All(after, m => Assert.InRange(AgeOfCounts(m), -1, 10));
    }

    private static double AgeOfCounts(Exposition metrics) =>
        (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1e3) - metrics.Value(MetricNames.SnapshotTime);
}
