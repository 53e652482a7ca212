using System.Collections.Concurrent;
using OrleansSie.Grains;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

public sealed class ClusterGrainTests
{
    private static readonly PoolLabels _labels = new(new CapacityPool("pool", "zone", "type", "spot"), InterruptionReason.Preempted);

    [Fact]
    public async Task Add_WhileTenThousandAreUnconfirmed_WritesWhatIsNew()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        for (var from = 0; from < 10_000; from += 250)
        {
            await grain.Add(Many(from, 250));
        }

        cluster.Storage.Writes.Clear();
        for (var from = 10_000; from < 10_200; from++)
        {
            await grain.Add(Many(from, 1));
        }

        var writes = cluster.Storage.Writes.Where(w => !w.Record.StartsWith("cluster-index", StringComparison.Ordinal)).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"{writes.Count} writes, {writes.Sum(w => w.Bytes) / 200} bytes an interruption, {writes.Max(w => w.Bytes)} at most");
        Assert.True(writes.Max(w => w.Bytes) < 10_000, $"{writes.Max(w => w.Bytes)} bytes");
        Assert.InRange(writes.Count, 200, 210);
        Assert.Equal(10_200, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Add_OfThousandsInOneCall_IsOneCommit_InSegmentsOfBoundedSize()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await grain.Add(Many(0, 1));
        await grain.Register([]);
        cluster.Storage.Writes.Clear();

        await grain.Add(Many(1, 2_500));

        // The record twice: the first write says who writes the segments.
        Assert.Equal(2, cluster.Storage.Writes.Count(w => w.Record == $"cluster:{Cluster}"));
        Assert.Equal(3, Segments(cluster.Storage).Count);
        Assert.All(Segments(cluster.Storage), name => Assert.InRange(cluster.Storage.Read<SegmentState>(name).Entries.Count, 1, Journal.MostInSegment));
        Assert.Equal(2_501, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Add_UnderMoreLabelsThanAreToldApart_CountsTheRestByReasonAlone()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        for (var round = 0; round < 2; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, ClusterTotals.MaxRows + 50).Select(i =>
                grain.Add(new Interruption($"{round}-{i}", Instance, Noon, _labels with { Pool = _labels.Pool with { NodePool = $"pool-{i}" } }), 0)));
        }

        var totals = (await grain.GetSnapshot(0, false)).Totals;

        Assert.Equal(ClusterTotals.MaxRows + 1, totals.Count);
        Assert.Equal(2 * (ClusterTotals.MaxRows + 50), totals.Sum(t => t.Count));
        Assert.Equal(100, Assert.Single(totals, t => t.Labels == new PoolLabels(new CapacityPool("", "", "", ""), InterruptionReason.Preempted)).Count);
    }

    [Fact]
    public async Task Add_OfAConfirmedInterruptionInTheSameEpoch_DoesNotCountAgain()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await AddAsync(cluster, 0, 512);
        cluster.Time.Advance(Fence.EpochLength - TimeSpan.FromSeconds(1));

        await AddAsync(cluster, 0, 512);

        Assert.Equal(512, await cluster.PreemptionsAsync(Cluster));
        Assert.NotEmpty(Segments(cluster.Storage));
    }

    [Fact]
    public async Task Add_AfterARestartWithThousandsUnconfirmed_KnowsAll_AndAsksForAllWithinSeconds()
    {
        const int Number = 2_000;
        var storage = new TestStorage();
        await using (var before = await GrainCluster.StartAsync(storage))
        {
            await before.Grains.GetGrain<IClusterGrain>(Cluster).Add(Apart(0, Number));
        }

        await using var after = await GrainCluster.StartAsync(storage);
        var grain = after.Grains.GetGrain<IClusterGrain>(Cluster);
        await grain.Add(Apart(0, Number));
        Assert.Equal(Number, await after.PreemptionsAsync(Cluster));
        after.Time.Advance(UnconfirmedAsker.TooLong);
        await Eventually.IsAsync(() => Task.FromResult(storage.Writes.Count(w => w.Record.StartsWith("instance:", StringComparison.Ordinal))), asked => asked == Number);

        // All are confirmed: two epochs later nothing is left of them but the count.
        await PassEpochsAsync(after, 2);
        Assert.Empty(await Eventually.IsAsync(() => Task.FromResult(Segments(storage)), names => names.Count == 0));
        Assert.Equal(Number, await after.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Confirmed_BeforeARestart_IsNotAskedForAfterIt()
    {
        var storage = new TestStorage();
        await using (var before = await GrainCluster.StartAsync(storage))
        {
            var first = before.Grains.GetGrain<IClusterGrain>(Cluster);
            await first.Add(Apart(0, 100));
            await first.Confirm([.. Apart(0, 100).Interruptions.Select(i => i.Id)]);
            await Eventually.IsAsync(
                async () =>
                {
                    await first.Add(new Interruption(Guid.NewGuid().ToString(), $"{Instance}-later", Noon, _labels), 0);
                    return storage.Read<ClusterState>($"cluster:{Cluster}").Confirmed;
                },
                confirmed => confirmed == 1);
        }

        await using var after = await GrainCluster.StartAsync(storage);
        var read = new ConcurrentQueue<string>();
        storage.BeforeRead = record =>
        {
            read.Enqueue(record);
            return Task.CompletedTask;
        };
        await after.Grains.GetGrain<IClusterGrain>(Cluster).Register([]);
        after.Time.Advance(UnconfirmedAsker.TooLong);

        await Eventually.IsAsync(() => Task.FromResult(read.ToArray()), records => records.Contains($"instance:{Instance}-later"));
        Assert.DoesNotContain(read, record => record.StartsWith($"instance:{Instance}-n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unconfirmed_ThatHoldUpTheirSegment_MoveOnWhenItIsForgotten_AndStayKnown()
    {
        var storage = new TestStorage();
        storage.Put($"instance:{Instance}-n7", "{\"s\":1,");
        await using var cluster = await GrainCluster.StartAsync(storage);
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await grain.Add(Apart(0, 100));
        await grain.Confirm([.. Enumerable.Range(0, 100).Where(i => i != 7).Select(i => $"n{i}")]);

        await PassEpochsAsync(cluster, 2);

        Assert.Empty(await Eventually.IsAsync(() => Task.FromResult(Segments(storage)), names => names.Count == 0));
        Assert.Equal(["n7"], storage.Read<ClusterState>($"cluster:{Cluster}").Tail.Select(e => e.Id));
        Assert.Null(await grain.Add(Apart(7, 1).Interruptions[0], 2));
        Assert.Equal(2, await grain.Add(Apart(8, 1).Interruptions[0], 0));
        Assert.Equal(100, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Segment_ThatWasWrittenAndNotNamed_IsRemovedByTheNextActivation()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await grain.Add(Many(0, 100));
        cluster.Storage.BeforeWrite = record =>
            record == $"cluster:{Cluster}" && Segments(cluster.Storage).Count == 2 ? throw new TimeoutException("cut off") : Task.CompletedTask;
        await Assert.ThrowsAsync<StateUnavailableException>(() => grain.Add(Many(100, 100)));
        cluster.Storage.BeforeWrite = _ => Task.CompletedTask;
        Assert.Equal(2, Segments(cluster.Storage).Count);

        await Eventually.IsAsync(async () => await TryAsync(() => grain.Add(Many(100, 1))), isDone => isDone);
        cluster.Time.Advance(TimeSpan.FromMinutes(1));

        await Eventually.IsAsync(() => Task.FromResult(Segments(cluster.Storage).Count), count => count == 1);
        Assert.Equal(101, await cluster.PreemptionsAsync(Cluster));
    }

    [Theory]
    [InlineData("projects/p/zones/zone/instances/node-1", "node-1")]
    [InlineData("projects/q/zones/zone/instances/node-1", "projects/q/zones/zone/instances/node-1")]
    [InlineData("projects/p/zones/other/instances/node-1", "projects/p/zones/other/instances/node-1")]
    [InlineData("projects/p/zones/zone/instances/a/b", "projects/p/zones/zone/instances/a/b")]
    public void Entry_NamesItsInstanceByWhatItsRowDoesNotSay(string instance, string stored)
    {
        var state = new ClusterState();
        var totals = new ClusterTotals(() => state, Cluster, new ActivationClock(TimeProvider.System));

        var entry = totals.ToEntry(7, new Interruption("id", instance, Noon, _labels, 0, TimeSpan.FromSeconds(90.5), "operation"));

        Assert.Equal((stored, 0, 90L, "operation"), (entry.Instance, entry.Row, entry.Age, entry.Operation));
        Assert.Equal(Noon, DateTimeOffset.FromUnixTimeMilliseconds(entry.At));
        Assert.Equal(instance, totals.InstanceOf(entry));
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

    private static ClusterEffects Many(int from, int count) =>
        new() { Interruptions = [.. Enumerable.Range(from, count).Select(i => new Interruption($"{i:D22}", Instance, Noon, _labels))] };

    /// <summary>Interruptions of one instance each.</summary>
    private static ClusterEffects Apart(int from, int count) =>
        new() { Interruptions = [.. Enumerable.Range(from, count).Select(i => new Interruption($"n{i}", $"{Instance}-n{i}", Noon, _labels))] };

    private static async Task PassEpochsAsync(GrainCluster cluster, long epoch)
    {
        await Eventually.IsAsync(
            () =>
            {
                cluster.Time.Advance(TimeSpan.FromMinutes(1));
                return Task.FromResult(cluster.Storage.Read<ClusterState>($"cluster:{Cluster}").Epoch);
            },
            now => now == epoch);
    }

    private static async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (StateUnavailableException)
        {
            return false;
        }
    }

    private static List<string> Segments(TestStorage storage) => [.. storage.Records.Keys.Where(k => k.StartsWith("segment-", StringComparison.Ordinal))];

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
}
