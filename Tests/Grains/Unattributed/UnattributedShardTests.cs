using OrleansSie.Grains.Interfaces;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains.Unattributed;

/// <summary>A shard of the unattributed list alone: what comes late, in whatever order, and what was forgotten meanwhile.</summary>
public sealed class UnattributedShardTests
{
    [Theory]
    [InlineData(UnattributedStage.waiting)]
    [InlineData(UnattributedStage.unknown_instance)]
    public async Task News_OfBeforeTheCount_ShowsNothing(UnattributedStage late)
    {
        await using var cluster = await GrainCluster.StartAsync();
        var shard = cluster.Grains.GetGrain<IUnattributedGrain>(UnattributedShard.Of(Instance));
        await shard.Tell(News("i", UnattributedStage.waiting), 0);
        await shard.Tell(News("i", UnattributedStage.counted), 0);

        Assert.Null(await shard.Tell(News("i", late), 0));
        var snapshot = await shard.GetSnapshot(0, false);
        Assert.Equal((0, new UnattributedCount(0, 0), 0), (snapshot.Waiting, snapshot.UnknownInstance, snapshot.Reattributed));
    }

    [Theory]
    [InlineData(UnattributedStage.waiting)]
    [InlineData(UnattributedStage.not_gke)]
    [InlineData(UnattributedStage.counted)]
    public async Task News_ThatArrivesAfterItsInterruptionIsForgotten_IsRefused(UnattributedStage late)
    {
        await using var cluster = await GrainCluster.StartAsync();
        var shard = cluster.Grains.GetGrain<IUnattributedGrain>(UnattributedShard.Of(Instance));
        Assert.Null(await shard.Tell(News("late", UnattributedStage.not_gke), 0));
        Assert.Null(await shard.Tell(News("late", UnattributedStage.counted), 0));
        await shard.Confirm("late", UnattributedStage.counted);
        await PassEpochsAsync(cluster, shard, 2);

        Assert.Equal(2, await shard.Tell(News("late", late), 0));
        var snapshot = await shard.GetSnapshot(0, false);
        Assert.Equal((0, new UnattributedCount(0, 1), 1), (snapshot.Waiting, snapshot.NotGke, snapshot.Reattributed));
    }

    /// <summary>Lets the shard's epoch rise by this much; in each of them a stage is confirmed, which waits for the next.</summary>
    private static async Task PassEpochsAsync(GrainCluster cluster, IUnattributedGrain shard, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var epoch = (await shard.GetSnapshot(0, false)).Epoch;
            var news = News(Guid.NewGuid().ToString(), UnattributedStage.unknown_instance);
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

    private static UnattributedReport News(string id, UnattributedStage stage) => new(id, Instance, Noon, UnattributedStage.waiting, stage);
}
