using System.Collections.Concurrent;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>The clusters this silo has made known, so that each is registered once a process and not once a creation.</summary>
public sealed class KnownClusters
{
    private readonly ConcurrentDictionary<string, bool> _known = new();
    private readonly IGrainFactory _grains;

    /// <summary>Starts empty.</summary>
    public KnownClusters(IGrainFactory grains)
    {
        _grains = grains;
    }

    /// <summary>Makes sure that a cluster's series exists; when it returns, that is durable.</summary>
    public async ValueTask EnsureAsync(string cluster)
    {
        if (_known.ContainsKey(cluster))
        {
            return;
        }

        await _grains.GetGrain<IClusterGrain>(cluster).Register();
        _known[cluster] = true;
    }
}
