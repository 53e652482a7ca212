using OrleansSie.Silo.Metrics;
using Xunit;

namespace OrleansSie.Tests.Failures;

/// <summary>A silo whose Pub/Sub cannot be reached: nothing is lost, and it goes on by itself.</summary>
[Collection(nameof(FailureRows))]
public sealed class PubSubTests
{
    [Fact]
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
}
