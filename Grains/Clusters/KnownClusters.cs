using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Clusters;

/// <summary>Registers clusters that this silo has not heard of, so that a creation in a known cluster costs no call.</summary>
public sealed class KnownClusters
{
    private readonly IGrainFactory _grains;
    private readonly KnownEpochs _epochs;

    /// <summary>What is known is what the silo's copy of all counts holds: a cluster that the store has lost is registered anew.</summary>
    public KnownClusters(IGrainFactory grains, KnownEpochs epochs)
    {
        _grains = grains;
        _epochs = epochs;
    }

    /// <summary>Makes sure that a cluster's series exists; when it returns, that is durable.</summary>
    public async ValueTask EnsureAsync(string cluster)
    {
        if (!_epochs.Now.ContainsKey(cluster))
        {
            await _grains.GetGrain<IClusterGrain>(cluster).Register();
        }
    }
}
