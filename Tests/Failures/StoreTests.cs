using OrleansSie.Silo.Metrics;
using Xunit;

namespace OrleansSie.Tests.Failures;

/// <summary>A silo whose Redis fails in the ways a Redis does: whatever it was doing, every interruption is counted once.</summary>
[Collection(nameof(FailureRows))]
public sealed class StoreTests
{
    [SystemFact]
    public async Task Store_KilledAndStartedAgain_LosesAndRepeatsNothing()
    {
        await using var stage = await Stage.StartAsync(silos: 1);
        var silo = stage.Silos[0];

        await stage.PublishDuringAsync(silo, 200, () =>
        {
            stage.Redis.Kill();
            return Task.CompletedTask;
        });
        var down = await Stage.WithoutStoreAsync(silo);
        Assert.True(Stage.Total(down) > 0, "the last counts are served while the store is away");
        await stage.PublishAsync(20);
        Assert.True(stage.Outstanding >= 40, "what needs the store is not pulled and not acked");
        await stage.Redis.StartAgainAsync();

        await stage.IsExactAsync();
        await stage.ReadyAsync();
    }

    [SystemFact]
    public async Task Store_ThatHangsAndGoesOn_LosesAndRepeatsNothing()
    {
        await using var stage = await Stage.StartAsync(silos: 1);
        var silo = stage.Silos[0];

        await stage.PublishDuringAsync(silo, 200, () =>
        {
            stage.Redis.Freeze();
            return Task.CompletedTask;
        });
        var down = await Stage.WithoutStoreAsync(silo);
        Assert.True(Stage.Total(down) > 0, "the last counts are served while the store hangs");
        stage.Redis.Thaw();

        await stage.IsExactAsync();
        await stage.ReadyAsync();
    }

    [SystemFact]
    public async Task Store_ThatIsSlow_HoldsCountsUpAndFailsNothing()
    {
        await using var stage = await Stage.StartAsync(silos: 1);
        var silo = stage.Silos[0];

        stage.WayToStore.Latency = TimeSpan.FromMilliseconds(400);
        await stage.PublishAsync(100);
        await Stage.UntilAsync(silo, m => Stage.Sum(m, MetricNames.MessagesInFlight) > 0);
        await stage.CountsGoOnAsync(silo);
        var slow = await Stage.UntilAsync(silo, m => Stage.Total(m) == 100);
        stage.WayToStore.Latency = TimeSpan.Zero;

        Assert.Equal(0, Stage.Sum(slow!, MetricNames.DeliveryFailures));
        Assert.Equal(1, slow![MetricNames.StoreAvailable]);
        await stage.IsExactAsync();
    }

    [SystemFact]
    public async Task Store_ThatRefusesWritesNowAndThen_LosesAndRepeatsNothing()
    {
        await using var stage = await Stage.StartAsync(silos: 1);
        var silo = stage.Silos[0];
        for (var round = 0; round < 3; round++)
        {
            await stage.PublishAsync(50);
            Assert.Equal("+OK", await stage.Redis.CommandAsync("CONFIG SET min-replicas-to-write 1"));
            await stage.PublishAsync(20);
            await Stage.WithoutStoreAsync(silo);
            Assert.Equal("+OK", await stage.Redis.CommandAsync("CONFIG SET min-replicas-to-write 0"));
        }

        await stage.IsExactAsync();
        await stage.ReadyAsync();
    }

    [SystemFact]
    public async Task Store_ThatBecomesAReplicaAndAPrimaryAgain_LosesAndRepeatsNothing()
    {
        await using var stage = await Stage.StartAsync(silos: 1);
        var silo = stage.Silos[0];
        await stage.PublishAsync(50);

        Assert.Equal("+OK", await stage.Redis.CommandAsync("REPLICAOF 127.0.0.1 1"));
        await stage.PublishAsync(20);
        await Stage.WithoutStoreAsync(silo);
        Assert.Equal("+OK", await stage.Redis.CommandAsync("REPLICAOF NO ONE"));

        await stage.IsExactAsync();
        await stage.ReadyAsync();
        Assert.Contains("replica", silo.Output, StringComparison.Ordinal);
    }

    [SystemFact]
    public async Task Store_WhoseAnswersAreLost_CountsNoWriteTwice()
    {
        await using var stage = await Stage.StartAsync(silos: 1);
        var silo = stage.Silos[0];

        stage.WayToStore.LoseAnswers(0.2);
        await stage.PublishAsync(100);
        await Stage.UntilAsync(silo, m => stage.WayToStore.LostAnswers >= 5 && Stage.Sum(m, MetricNames.MessagesInFlight) > 0);
        stage.WayToStore.LoseAnswers(0);

        await stage.IsExactAsync();
        await stage.ReadyAsync();
    }

    [SystemFact]
    public async Task Store_RolledBack_ServesItsTruthAndSaysSo()
    {
        await using var stage = await Stage.StartAsync(silos: 1);
        var silo = stage.Silos[0];
        await stage.PublishAsync(8);
        await stage.IsExactAsync();
        var backup = new DirectoryInfo(stage.Redis.Data).EnumerateFiles().ToDictionary(f => f.FullName, f => File.ReadAllBytes(f.FullName));
        var kept = Stage.Total(await silo.MetricsAsync());
        await stage.PublishAsync(8);
        await Stage.UntilAsync(silo, m => Stage.Total(m) == kept + 8 && stage.Outstanding == 0);

        stage.Redis.Kill();
        foreach (var (file, bytes) in backup)
        {
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }

        await stage.Redis.StartAgainAsync();
        stage.Forget(8);
        await stage.PublishAsync(4);

        var after = await Stage.UntilAsync(silo, m => Stage.Sum(m, MetricNames.StoreRollbacks) >= 1);
        Assert.True(Stage.Total(after) <= kept + 8);
        await stage.IsExactAsync();
        Assert.Contains("example-failures", silo.Output, StringComparison.Ordinal);
    }
}
