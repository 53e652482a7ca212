using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>Counts that are confirmed by the store, of activations that another one may have followed.</summary>
public sealed class ConfirmedCountsTests
{
    private static readonly PoolLabels _labels = new(new CapacityPool("pool", "zone", "type", "spot"), InterruptionReason.Preempted);

    [Fact]
    public async Task ConfirmedCounts_OfTwoGroupsOfActivations_NeverGoBack()
    {
        var storage = new TestStorage();
        await using var first = await GrainCluster.StartAsync(storage);
        await using var second = await GrainCluster.StartAsync(storage);
        await first.Grains.GetGrain<IClusterGrain>(Cluster).Add(Of("a"), 0);
        Assert.Equal(1, await ConfirmedAsync(first));

        await second.Grains.GetGrain<IClusterGrain>(Cluster).Add(Of("b"), 0);
        Assert.Equal(2, await ConfirmedAsync(second));

        // The first group's cluster has tried no write since, so that nothing but the store tells it.
        Assert.Equal(2, await ConfirmedAsync(first));
        await first.Grains.GetGrain<IClusterGrain>(Cluster).Add(Of("c"), 0);
        await Eventually.IsAsync(() => ConfirmedAsync(first), sum => sum == 3);
        Assert.Equal(3, await ConfirmedAsync(second));
    }

    [Fact]
    public async Task ConfirmedSnapshot_WhileAWriteIsNotAcknowledged_WaitsForIt()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await grain.Add(Of("a"), 0);
        await grain.Register([]);
        using var held = new HeldWrite();
        cluster.Storage.AfterWrite = held.HoldAsync;
        var adding = grain.Add(Of("b"), 0);
        await held.IsReached;

        var answer = await AskedAsync(cluster, grain);
        held.Release();

        Assert.Equal(2, Sum(await answer));
        await adding;
    }

    [Fact]
    public async Task ConfirmedSnapshot_WhileAWriteRuns_ThatAnotherActivationHasForestalled_IsRefused()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        await grain.Add(Of("a"), 0);
        await grain.Register([]);
        using var held = new HeldWrite();
        cluster.Storage.BeforeWrite = held.HoldAsync;
        var adding = grain.Add(Of("b"), 0);
        await held.IsReached;
        var others = cluster.Storage.Read<ClusterState>($"cluster:{Cluster}");
        (others.Version, others.Totals[0].Count) = (others.Version + 1, 5);
        cluster.Storage.Put($"cluster:{Cluster}", cluster.Storage.Serializer.Serialize(others).ToString());

        var answer = await AskedAsync(cluster, grain);
        held.Release();

        await Assert.ThrowsAsync<StateUnavailableException>(() => answer);
        await Assert.ThrowsAsync<StateUnavailableException>(() => adding);
        Assert.Equal(5, Sum(await grain.GetSnapshot(0, true)));
    }

    private static async Task<long> ConfirmedAsync(GrainCluster group) => (await group.ConfirmedChangesAsync()).Clusters.Sum(Sum);

    /// <summary>A question for confirmed counts, when the grain has read the store for it and gone as far as it can.</summary>
    private static async Task<Task<ClusterSnapshot>> AskedAsync(GrainCluster cluster, IClusterGrain grain)
    {
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Storage.BeforeRead = _ =>
        {
            read.TrySetResult();
            return Task.CompletedTask;
        };
        var answer = grain.GetSnapshot(0, true);
        await read.Task;
        await grain.GetSnapshot(0, false);
        return answer;
    }

    private static Interruption Of(string id) => new(id, Instance, Noon, _labels);

    private static long Sum(ClusterSnapshot snapshot) => snapshot.Totals.Sum(t => t.Count);

    /// <summary>Keeps the first write of the cluster's record waiting.</summary>
    private sealed class HeldWrite : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsReached => _reached.Task;

        public Task HoldAsync(string record) => record == $"cluster:{Cluster}" && _reached.TrySetResult() ? _released.Task : Task.CompletedTask;

        public void Release() => _released.TrySetResult();

        public void Dispose() => Release();
    }
}
