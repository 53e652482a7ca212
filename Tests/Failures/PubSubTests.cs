using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Failures;

/// <summary>A silo whose Pub/Sub cannot be reached: nothing is lost, and it goes on by itself.</summary>
[Collection(nameof(FailureRows))]
public sealed class PubSubTests
{
    [SystemFact]
    public async Task PubSub_AwayForAWhile_LosesAndRepeatsNothing()
    {
        await using var stage = await Stage.StartAsync(silos: 1);
        var silo = stage.Silos[0];

        await stage.PublishDuringAsync(silo, 300, () =>
        {
            stage.WayToPubSub.Cut();
            return Task.CompletedTask;
        });
        var away = await Stage.UntilAsync(silo, m => Stage.Sum(m, MetricNames.PullErrors) >= 2);
        Assert.True(Stage.Total(away) > 0, "the last counts are served while Pub/Sub is away");
        stage.WayToPubSub.Heal();

        await stage.IsExactAsync();
        await stage.ReadyAsync();
    }

    [SystemFact]
    public async Task PubSub_ThatHangs_LosesAndRepeatsNothing()
    {
        await using var stage = await Stage.StartAsync(silos: 1);
        var silo = stage.Silos[0];

        await stage.PublishAsync(40);
        await stage.CountsGoOnAsync(silo);
        stage.WayToPubSub.Latency = TimeSpan.FromSeconds(4);
        await stage.PublishAsync(40);
        Assert.True(stage.Outstanding > 0, "nothing is settled while Pub/Sub hangs");
        stage.WayToPubSub.Latency = TimeSpan.Zero;

        await stage.IsExactAsync();
        await stage.ReadyAsync();
    }

    [SystemFact]
    public async Task Start_WhilePubSubIsAbsent_SaysWhyAndTakesUpItsWorkByItself()
    {
        await using var stage = await Stage.StartAsync(silos: 0);
        stage.WayToPubSub.Cut();
        var silo = stage.AddSilo();

        await Eventually.IsAsync(silo.ReadinessAsync, answer => answer?.Contains("cannot be pulled", StringComparison.Ordinal) == true);
        await stage.PublishAsync(20);
        stage.WayToPubSub.Heal();

        await stage.IsExactAsync();
        await stage.ReadyAsync();
    }
}
