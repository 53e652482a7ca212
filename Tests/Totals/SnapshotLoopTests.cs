using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Storage;
using OrleansSie.Silo.Totals;
using OrleansSie.Testing;
using OrleansSie.Tests.Grains;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Totals;

/// <summary>A silo that is answered by activations of which the others know nothing, as after a change of the cluster.</summary>
public sealed class SnapshotLoopTests
{
    private static readonly PoolLabels _labels = new(new CapacityPool("pool", "zone", "type", "spot"), InterruptionReason.Preempted);

    [Fact]
    public async Task Copy_OfASiloWhoseActivationsWereLeftBehind_FollowsTheOthers_WithoutAScrape()
    {
        var storage = new TestStorage();
        await using var mine = await GrainCluster.StartAsync(storage);
        await using var others = await GrainCluster.StartAsync(storage);
        await using var silo = new Loop(mine);
        await mine.Grains.GetGrain<IClusterGrain>(Cluster).Add(Of("a"), 0);
        await mine.Grains.GetGrain<IUnattributedGrain>(UnattributedShard.Of(Instance)).Tell(Waits("p"), 0);
        await silo.StartAsync();
        Assert.Equal((1, 1), await silo.ShowsAsync((1, 1)));

        await others.Grains.GetGrain<IClusterGrain>(Cluster).Add(Of("b"), 0);
        await others.Grains.GetGrain<IUnattributedGrain>(UnattributedShard.Of(Instance)).Tell(Waits("q"), 0);

        // Nothing else tells this silo's activations: none of them writes, and the index asks clusters that are as far behind as itself.
        Assert.Equal((2, 2), await silo.ShowsAsync((2, 2)));
    }

    private static Interruption Of(string id) => new(id, Instance, Noon, _labels);

    private static UnattributedReport Waits(string id) => new(id, Instance, Noon, UnattributedStage.unheard, UnattributedStage.waiting);

    /// <summary>What a silo runs beside its grains.</summary>
    private sealed class Loop : IAsyncDisposable
    {
        private readonly GrainMetrics _grainMetrics = new();
        private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
        private readonly GrainCluster _cluster;
        private readonly ClusterSeries _series;
        private readonly StoreHealth _store;
        private readonly SnapshotLoop _loop;

        public Loop(GrainCluster cluster)
        {
            _cluster = cluster;
            _store = new StoreHealth(_ => Task.CompletedTask, "the store", cluster.Time, NullLogger<StoreHealth>.Instance);
            var unattributed = new UnattributedSeries();
            _series = new ClusterSeries(new SieOptions(), unattributed, TimeProvider.System);
            var epochs = new KnownEpochs();
            var clusters = new ClusterSnapshots(
                cluster.Grains, _series, _grainMetrics, _store, epochs, cluster.Time, NullLogger<ClusterSnapshots>.Instance);
            var waiting = new UnattributedSnapshots(
                cluster.Grains, unattributed, epochs, cluster.Time, NullLogger<UnattributedSnapshots>.Instance);
            var nodes = new NodeSnapshots(
                new InventoryPlan([], null), cluster.Grains, _series, _store, _grainMetrics, cluster.Time, NullLogger<NodeSnapshots>.Instance);
            _loop = new SnapshotLoop(clusters, waiting, nodes, _store, _lifetime, cluster.Time);
        }

        public async Task StartAsync()
        {
            await _store.LookAsync(TestContext.Current.CancellationToken);
            _lifetime.NotifyStarted();
            await _loop.StartAsync(TestContext.Current.CancellationToken);
        }

        /// <summary>Interruptions counted and waiting, once they are these; time goes on meanwhile.</summary>
        public Task<(double Counted, double Waiting)> ShowsAsync((double Counted, double Waiting) expected) => Eventually.IsAsync(
            () =>
            {
                _cluster.Time.Advance(TimeSpan.FromSeconds(1));
                var shown = new Exposition(_series.TextOf(ExpositionForm.text));
                return Task.FromResult((shown.Of(MetricNames.InterruptionEvents).Values.Sum(), shown[MetricNames.UnattributedWaiting] ?? 0));
            },
            shown => shown == expected);

        public async ValueTask DisposeAsync()
        {
            await _loop.StopAsync(CancellationToken.None);
            _loop.Dispose();
            _store.Dispose();
            _grainMetrics.Dispose();
        }
    }
}
