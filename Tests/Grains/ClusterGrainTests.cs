using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Storage;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

public sealed class ClusterGrainTests
{
    private static readonly PoolLabels _labels = new("pool", "zone", "type", "spot", InterruptionReason.preempted);

    [Fact]
    public async Task Add_StormOfManyThousands_WritesRecordsOfBoundedSize()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var storm = Tiers.Rounds(4_000, 15_000);

        await AddAsync(cluster, 0, 1_000);
        var early = LargestClusterRecord(cluster);
        await AddAsync(cluster, 1_000, storm);

        Assert.Equal(storm, await cluster.PreemptionsAsync(Cluster));
        Assert.InRange(LargestClusterRecord(cluster), 1, 4 * early);
        Assert.True(early < 150_000, $"{early} bytes");
    }

    [Fact]
    public async Task Add_UnderMoreLabelsThanAreToldApart_CountsTheRestByReasonAlone()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        for (var round = 0; round < 2; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, ClusterTotals.MaxRows + 50).Select(i =>
                grain.Add(new Interruption($"{round}-{i}", Instance, Noon, _labels with { NodePool = $"pool-{i}" }), 0)));
        }

        var totals = (await grain.GetSnapshot(0, false)).Totals;

        Assert.Equal(ClusterTotals.MaxRows + 1, totals.Count);
        Assert.Equal(2 * (ClusterTotals.MaxRows + 50), totals.Sum(t => t.Count));
        Assert.Equal(100, Assert.Single(totals, t => t.Labels == new PoolLabels("", "", "", "", InterruptionReason.preempted)).Count);
    }

    [Fact]
    public async Task Add_OfAConfirmedInterruptionInTheSameEpoch_DoesNotCountAgain()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await AddAsync(cluster, 0, 2 * CountedIds.SealAt);
        cluster.Time.Advance(Fence.EpochLength - TimeSpan.FromSeconds(1));

        await AddAsync(cluster, 0, 2 * CountedIds.SealAt);

        Assert.Equal(2 * CountedIds.SealAt, await cluster.PreemptionsAsync(Cluster));
        Assert.Contains(cluster.Storage.Records.Keys, k => k.StartsWith("counted-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Add_AfterARestart_StillKnowsSealedIds()
    {
        var storage = new TestStorage();
        await using (var before = await GrainCluster.StartAsync(storage))
        {
            await AddAsync(before, 0, 2 * CountedIds.SealAt);
            await before.Grains.GetGrain<IClusterGrain>(Cluster).Register();
        }

        await using var after = await GrainCluster.StartAsync(storage);
        await AddAsync(after, 0, 2 * CountedIds.SealAt);

        Assert.Equal(2 * CountedIds.SealAt, await after.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task GetSnapshot_WhenTheStoreLostCommits_AnswersWithItsTruth()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await AddAsync(cluster, 0, 1);
        var old = cluster.Storage.Copy();
        await AddAsync(cluster, 1, 5);
        var known = await cluster.Grains.GetGrain<IClusterGrain>(Cluster).GetSnapshot(0, false);
        cluster.Storage.Restore(old);

        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await Assert.ThrowsAnyAsync<Exception>(() => grain.GetSnapshot(known.Version + 1, false));
        var answer = await grain.GetSnapshot(known.Version, false);

        Assert.True(answer.HasLost(known));
        Assert.True(answer.Version > known.Version, "it is not taken for one of the lost commits");
        Assert.Equal(1, Assert.Single(answer.Totals).Count);
    }

    private static async Task AddAsync(GrainCluster cluster, int from, int to)
    {
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        foreach (var batch in Enumerable.Range(from, to - from).Chunk(500))
        {
            await Task.WhenAll(batch.Select(async i =>
            {
                await grain.Add(new Interruption($"{i:D22}", Instance, Noon, _labels), 0);
                await grain.Confirm($"{i:D22}");
            }));
        }
    }

    private static int LargestClusterRecord(GrainCluster cluster) =>
        cluster.Storage.Writes.Where(w => w.Record.StartsWith("cluster:", StringComparison.Ordinal)).Max(w => w.Bytes);
}
