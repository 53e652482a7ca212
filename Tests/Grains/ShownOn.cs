using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;
using OrleansSie.Grains;
using OrleansSie.Grains.State;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Storage;
using OrleansSie.Silo.Totals;
using OrleansSie.Testing;

namespace OrleansSie.Tests.Grains;

/// <summary>What each silo of a cluster of grains shows of all GKE clusters.</summary>
internal sealed class ShownOn : IDisposable
{
    private readonly List<(ClusterSnapshots Snapshots, ClusterSeries Series)> _silos = [];
    private readonly StoreHealth _store = new(_ => Task.CompletedTask, "the store", TimeProvider.System, NullLogger<StoreHealth>.Instance);

    public ShownOn(GrainCluster cluster, GrainMetrics grainMetrics)
    {
        foreach (var silo in cluster.Cluster.Silos.Cast<InProcessSiloHandle>())
        {
            var series = new ClusterSeries(new SieOptions(), new UnattributedSeries(), TimeProvider.System);
            var epochs = silo.ServiceProvider.GetRequiredService<KnownEpochs>();
            _silos.Add((
                new ClusterSnapshots(cluster.Grains, series, grainMetrics, _store, epochs, cluster.Time, NullLogger<ClusterSnapshots>.Instance), series));
        }
    }

    /// <summary>One text for each silo, such as <c>a 0, b 2</c>, once it has caught up.</summary>
    public async Task<string[]> ShownAsync()
    {
        var shown = new List<string>();
        foreach (var (snapshots, written) in _silos)
        {
            await Eventually.IsAsync(snapshots.CatchUpAsync, isCurrent => isCurrent);
            var series = new Exposition(written.TextOf(ExpositionForm.text)).Of(MetricNames.InterruptionEvents);
            shown.Add(string.Join(", ", series.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key.Split('"')[1]} {s.Value}")));
        }

        return [.. shown];
    }

    public void Dispose() => _store.Dispose();
}
