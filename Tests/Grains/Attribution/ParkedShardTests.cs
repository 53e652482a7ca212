using OrleansSie.Grains.Interfaces;
using OrleansSie.Tests.EndToEnd;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Attribution;

/// <summary>A shard of the register alone: what comes late, in whatever order, and what was forgotten meanwhile.</summary>
public sealed class ParkedShardTests
{
    [Theory]
    [InlineData(ParkedStage.waits)]
    [InlineData(ParkedStage.unknown_instance)]
    public async Task News_OfBeforeTheCount_ShowsNothing(ParkedStage late)
    {
        await using var cluster = await GrainCluster.StartAsync();
        var shard = cluster.Grains.GetGrain<IParkedGrain>(ParkedShard.Of(Instance));
        await shard.Tell(News("i", ParkedStage.waits), 0);
        await shard.Tell(News("i", ParkedStage.counted), 0);

        Assert.Null(await shard.Tell(News("i", late), 0));
        var snapshot = await shard.GetSnapshot(0, false);
        Assert.Equal((0, new UnattributedCount(0, 0), 0), (snapshot.Parked, snapshot.UnknownInstance, snapshot.Reattributed));
    }

    [Theory]
    [InlineData(ParkedStage.waits)]
    [InlineData(ParkedStage.not_gke)]
    [InlineData(ParkedStage.counted)]
    public async Task News_ThatArrivesAfterItsInterruptionIsForgotten_IsRefused(ParkedStage late)
    {
        await using var cluster = await GrainCluster.StartAsync();
        var shard = cluster.Grains.GetGrain<IParkedGrain>(ParkedShard.Of(Instance));
        Assert.Null(await shard.Tell(News("late", ParkedStage.not_gke), 0));
        Assert.Null(await shard.Tell(News("late", ParkedStage.counted), 0));
        await shard.Confirm("late", ParkedStage.counted);
        await PassEpochsAsync(cluster, shard, 2);

        Assert.Equal(2, await shard.Tell(News("late", late), 0));
        var snapshot = await shard.GetSnapshot(0, false);
        Assert.Equal((0, new UnattributedCount(0, 1), 1), (snapshot.Parked, snapshot.NotGke, snapshot.Reattributed));
    }

    /// <summary>Lets the shard's epoch rise by this much; in each of them a stage is confirmed, which waits for the next.</summary>
    private static async Task PassEpochsAsync(GrainCluster cluster, IParkedGrain shard, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var epoch = (await shard.GetSnapshot(0, false)).Epoch;
            var news = News(Guid.NewGuid().ToString(), ParkedStage.unknown_instance);
            await shard.Tell(news, epoch);
            await shard.Confirm(news.Id, news.Stage);
            await Eventually.IsAsync(
                async () =>
                {
                    cluster.Time.Advance(TimeSpan.FromMinutes(1));
                    return (await shard.GetSnapshot(0, false)).Epoch;
                },
                now => now > epoch);
        }
    }

    private static ParkedNews News(string id, ParkedStage stage) => new(id, Instance, Noon, ParkedStage.waits, stage);
}
