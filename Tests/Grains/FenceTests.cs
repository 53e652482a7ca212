using Orleans.Storage;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>What arrives after its receiver has forgotten what would have made it harmless has no effect, however late it is.</summary>
public sealed class FenceTests
{
    private static readonly PoolLabels _labels = new(new CapacityPool("pool", "zone", "type", "spot"), InterruptionReason.Preempted);
    private static readonly string _record = $"instance:{Instance}";

    [Theory]
    [InlineData(7, 7, true)]
    [InlineData(7, 6, true)]
    [InlineData(7, 5, false)]
    [InlineData(7, 8, false)]
    [InlineData(0, 0, true)]
    [InlineData(1, 0, true)]
    public void Call_IsAdmitted_IfItBeganInThisEpochOrTheLast(long current, long began, bool expected) =>
        Assert.Equal(expected, Fence.Admits(current, began));

    [Fact]
    public async Task Add_ThatArrivesAfterItsIdIsForgotten_IsRefusedWithTheEpoch()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        Assert.Null(await grain.Add(Of("late"), 0));
        await grain.Confirm("late");
        await PassEpochsAsync(cluster, grain, 2);

        Assert.Equal(2, await grain.Add(Of("late"), 0));
        Assert.Equal(1, await CountAsync(grain));
    }

    [Fact]
    public async Task Add_OfAnIdThatIsStillRemembered_IsAnsweredWhateverItsEpoch()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        cluster.Storage.Put(_record, "{\"s\":1,");
        await grain.Add(Of("open"), 0);
        await PassEpochsAsync(cluster, grain, 3);

        Assert.Null(await grain.Add(Of("open"), 0));
        Assert.Equal(1, await CountAsync(grain));
    }

    [Fact]
    public async Task Add_WhileAnEpochIsBeingWritten_IsToldTheOneThatTheStoreHas()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await PassEpochsAsync(cluster, grain, 2);
        await grain.Add(Of("confirmed"), 2);
        await grain.Confirm("confirmed");
        var (writing, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Storage.BeforeWrite = record =>
        {
            writing.TrySetResult();
            return record == $"cluster:{Cluster}" ? release.Task : Task.CompletedTask;
        };
        cluster.Time.Advance(Fence.EpochLength);
        await writing.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(2, await grain.Add(Of("late"), 0));
        release.SetResult();
    }

    [Fact]
    public async Task Event_OfASiloThatKnowsNoEpoch_CostsOneReadingAndCountsOnce()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await PassEpochsAsync(cluster, grain, 2);
        await cluster.SendAsync(Created(instanceId: 1));
        var reads = 0;
        cluster.Storage.BeforeRead = record =>
        {
            reads += record == _record ? 1 : 0;
            return Task.CompletedTask;
        };

        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("first", 1)));
        Assert.Equal(2, reads);
        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("second", 1)));
        Assert.Equal(3, reads);
        Assert.Equal(2, await CountAsync(grain));
    }

    [Fact]
    public async Task Instance_ThatWasLeftBehind_IsRefusedAndFindsOutThatItsInterruptionIsCounted()
    {
        var storage = new TestStorage();
        await using var cluster = await GrainCluster.StartAsync(storage);
        await using var others = await GrainCluster.StartAsync(storage);
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await cluster.SendAsync(Created(instanceId: 1));

        // This silo's instance stands still before its call; on another one all is done, confirmed and forgotten.
        var (reached, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        storage.AfterRead = record =>
        {
            if (record != _record || !reached.TrySetResult())
            {
                return Task.CompletedTask;
            }

            storage.AfterRead = _ => Task.CompletedTask;
            return release.Task;
        };
        var late = cluster.SendAsync(Interrupted("late", 1));
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(Outcome.counted, await others.SendAsync(Interrupted("late", 1)));
        await PassEpochsAsync(others, others.Grains.GetGrain<IClusterGrain>(Cluster), 2);
        release.SetResult();

        Assert.Equal(Outcome.duplicate, await late);
        Assert.Equal(1, await CountAsync(grain));
    }

    [Fact]
    public async Task Instance_AskedForAnInterruptionThatItDoesNotKnow_RecordsItBeforeItAnswers()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.SendAsync(Created(instanceId: 1));

        Assert.Equal(InterruptionStatus.counted, await cluster.InstanceOf(Instance).GetStatus("lost"));
        Assert.Contains("lost", cluster.Storage.Read<InstanceState>(_record).Counted);
        Assert.Equal(Outcome.duplicate, await cluster.SendAsync(Interrupted("lost", 1)));
    }

    [Fact]
    public async Task Segment_ThatTheStoreHasLost_IsMadeUpForByTheEpoch()
    {
        var storage = new TestStorage();
        await using (var before = await GrainCluster.StartAsync(storage))
        {
            var first = before.Grains.GetGrain<IClusterGrain>(Cluster);
            await first.Add(Many);
            storage.Remove(SegmentIn(storage));
            await first.Add(Of("last"), 0);
        }

        await using var after = await GrainCluster.StartAsync(storage);
        var grain = after.Grains.GetGrain<IClusterGrain>(Cluster);
        Assert.Equal(2, await grain.Add(Many.Interruptions[0], 0));
        Assert.Null(await grain.Add(Of("new"), 2));
        Assert.Equal(Many.Interruptions.Count + 2, await CountAsync(grain));

        // It is lost once: the next activation finds nothing missing.
        await using var later = await GrainCluster.StartAsync(storage);
        Assert.Equal(2, (await later.Grains.GetGrain<IClusterGrain>(Cluster).GetSnapshot(0, false)).Epoch);
    }

    [Fact]
    public async Task Segment_OfAnActivationThatWasLeftBehind_IsNotRemoved()
    {
        var storage = new TestStorage();
        await using var cluster = await GrainCluster.StartAsync(storage);
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await grain.Add(Many);
        await grain.Confirm([.. Many.Interruptions.Select(i => i.Id)]);
        await PassEpochsAsync(cluster, grain, 1);
        var segment = SegmentIn(storage);

        // Another activation writes; the old one's next write, which would forget the segment, is refused.
        await using var others = await GrainCluster.StartAsync(storage);
        await others.Grains.GetGrain<IClusterGrain>(Cluster).Add(Of("newer"), 1);
        cluster.Time.Advance(Fence.EpochLength);
        await ((Task)grain.Add(Of("newer"), 1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await Eventually.IsAsync(() => AnsweredAsync(grain), count => count == Many.Interruptions.Count + 1);

        Assert.Contains(segment, storage.Records.Keys);
    }

    /// <summary>Lets the cluster's epoch rise by this much; in each of them an id is confirmed, which waits for the next.</summary>
    private static async Task PassEpochsAsync(GrainCluster cluster, IClusterGrain grain, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var epoch = (await grain.GetSnapshot(0, false)).Epoch;
            var id = Guid.NewGuid().ToString();
            await grain.Add(Of(id) with { Instance = $"{Instance}-other", Labels = _labels with { Reason = InterruptionReason.Other } }, epoch);
            await grain.Confirm(id);
            await Eventually.IsAsync(
                async () =>
                {
                    cluster.Time.Advance(TimeSpan.FromMinutes(1));
                    return (await grain.GetSnapshot(0, false)).Epoch;
                },
                now => now > epoch);
        }
    }

    /// <summary>As <see cref="CountAsync"/>; null while the activation that was left behind is the one that is asked.</summary>
    private static async Task<long?> AnsweredAsync(IClusterGrain grain)
    {
        try
        {
            return await CountAsync(grain);
        }
        catch (Exception e) when (e is StateUnavailableException or InconsistentStateException)
        {
            return null;
        }
    }

    private static async Task<long> CountAsync(IClusterGrain grain)
    {
        var totals = (await grain.GetSnapshot(0, false)).Totals;
        return totals.Where(t => t.Labels.Reason == InterruptionReason.Preempted).Sum(t => t.Count);
    }

    private static ClusterEffects Many { get; } = new() { Interruptions = [.. Enumerable.Range(0, Journal.MostInTail + 1).Select(i => Of($"id-{i}"))] };

    private static string SegmentIn(TestStorage storage) => Assert.Single(storage.Records.Keys, key => key.StartsWith("segment-", StringComparison.Ordinal));

    private static Interruption Of(string id) => new(id, Instance, Noon, _labels);
}
