using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Registers clusters and pools that this silo does not know, so that a creation in a known pool costs no call. Where clusters are retired
/// it tells a known one once an hour that a node of it was seen.
/// </summary>
public sealed class KnownClusters
{
    private const int MostPools = 1_000;

    private readonly IGrainFactory _grains;
    private readonly KnownEpochs _epochs;
    private readonly bool _areRetired;
    private readonly Dictionary<string, HashSet<CapacityPool>> _told = [];
    private readonly Interval _hour;
    private readonly Lock _lock = new();

    /// <summary>What is known is what the silo's copy of all counts holds: a cluster that the store has lost is registered anew.</summary>
    public KnownClusters(
        IGrainFactory grains, KnownEpochs epochs, RetentionSettings settings, [FromKeyedServices(GrainClock.Name)] TimeProvider time)
    {
        _grains = grains;
        _epochs = epochs;
        _areRetired = settings.ClusterRetention is not null;
        _hour = new Interval(time, TimeSpan.FromHours(1));
        epochs.Forgotten += Forget;
    }

    /// <summary>Makes sure that the series of these pools exist; when it returns, that is durable.</summary>
    public async ValueTask EnsureAsync(IReadOnlyList<(string Cluster, CapacityPool Pool)> pools)
    {
        foreach (var (cluster, pool) in pools)
        {
            if (!_epochs.Now.ContainsKey(cluster) || !IsTold(cluster, pool))
            {
                await _grains.GetGrain<IClusterGrain>(cluster).Register([pool]);
                Told(cluster, pool);
            }
        }
    }

    private bool IsTold(string cluster, CapacityPool pool)
    {
        lock (_lock)
        {
            if (_areRetired && _hour.IsDue)
            {
                _told.Clear();
                _hour.Start();
            }

            return _told.TryGetValue(cluster, out var pools) && pools.Contains(pool);
        }
    }

    private void Told(string cluster, CapacityPool pool)
    {
        lock (_lock)
        {
            if (!_told.TryGetValue(cluster, out var pools) || pools.Count >= MostPools)
            {
                _told[cluster] = pools = [];
            }

            pools.Add(pool);
        }
    }

    /// <summary>The store has lost commits of this cluster: its pools are registered anew.</summary>
    private void Forget(string cluster)
    {
        lock (_lock)
        {
            _told.Remove(cluster);
        }
    }
}
