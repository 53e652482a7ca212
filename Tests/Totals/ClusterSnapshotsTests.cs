using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Storage;
using OrleansSie.Silo.Totals;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Totals;

/// <summary>A silo's copy of the counts, over an index that knows less than the cluster itself.</summary>
public sealed class ClusterSnapshotsTests
{
    private const string Cluster = "p/europe-west1/c";

    [Fact]
    public async Task CatchUp_WhenTheClusterKnowsMoreThanTheIndex_TellsTheIndexFirst_AndSucceedsWhenItConfirms()
    {
        var (older, newer) = (Of(9, 9), Of(10, 10));
        var index = new ClusterChanges(1, 1, [newer]);
        var reported = new List<ClusterSnapshot>();
        var grains = Stand.For<IGrainFactory>((method, _) => method.ReturnType == typeof(IClusterIndexGrain)
            ? Stand.For<IClusterIndexGrain>((call, arguments) =>
            {
                if (call.Name == nameof(IClusterIndexGrain.Report))
                {
                    reported.Add((ClusterSnapshot)arguments[0]!);
                    return Task.CompletedTask;
                }

                return Task.FromResult<ClusterChanges?>(index);
            })
            : Stand.For<IClusterGrain>((_, _) => Task.FromResult(newer)));
        using var measured = new GrainMetrics();
        var series = new ClusterSeries(new SieOptions(), new UnattributedSeries(), TimeProvider.System);
        using var store = new StoreHealth(_ => Task.CompletedTask, "the store", TimeProvider.System, NullLogger<StoreHealth>.Instance);
        var snapshots = new ClusterSnapshots(
            grains, series, measured, store, new KnownEpochs(), TimeProvider.System, NullLogger<ClusterSnapshots>.Instance);
        await snapshots.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Empty(reported);

        // Another activation, which the cluster has not told its newest counts.
        index = new ClusterChanges(2, 1, [older]);
        Assert.False(await snapshots.CatchUpAsync());
        Assert.Equal([newer], reported);

        index = new ClusterChanges(2, 2, [newer]);
        Assert.True(await snapshots.CatchUpAsync());
        Assert.Single(reported);
    }

    [Fact]
    public async Task CatchUp_WithLowerCountsOfAStoreThatWasEmptied_KeepsTheLastOnes_AndTakesLowerOnesOfTheSameStore()
    {
        var index = new ClusterChanges(1, 1, [Of(9, 9)]);
        var grains = Stand.For<IGrainFactory>((_, _) => Stand.For<IClusterIndexGrain>((_, _) => Task.FromResult<ClusterChanges?>(index)));
        using var measured = new GrainMetrics();
        var series = new ClusterSeries(new SieOptions(), new UnattributedSeries(), TimeProvider.System);
        var isEmptied = false;
        using var store = new StoreHealth(
            _ => isEmptied ? Task.FromException(new StoreLostException("the store was emptied.")) : Task.CompletedTask,
            "the store", TimeProvider.System, NullLogger<StoreHealth>.Instance);
        var snapshots = new ClusterSnapshots(
            grains, series, measured, store, new KnownEpochs(), TimeProvider.System, NullLogger<ClusterSnapshots>.Instance);
        Assert.True(await snapshots.CatchUpAsync());

        isEmptied = true;
        index = new ClusterChanges(2, 1, [Of(10, 1)]);
        Assert.False(await snapshots.CatchUpAsync());
        Assert.Equal(9, Shown(series));

        isEmptied = false;
        Assert.True(await snapshots.CatchUpAsync());
        Assert.Equal(1, Shown(series));
    }

    private static double? Shown(ClusterSeries series) =>
        new Exposition(series.TextOf(ExpositionForm.text)).Interruptions("c");

    private static ClusterSnapshot Of(long version, long count) =>
        new(Cluster, version, [new PoolTotal(new PoolLabels(new CapacityPool("pool", "zone", "type", "spot"), InterruptionReason.Preempted), count, DateTimeOffset.UnixEpoch, Lifetimes.None)]);
}
