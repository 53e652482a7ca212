using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Registers clusters that this silo does not know, so that a creation in a known cluster costs no call. Where clusters are retired it
/// tells a known one once an hour that a node of it was seen.
/// </summary>
public sealed class KnownClusters
{
    private readonly IGrainFactory _grains;
    private readonly KnownEpochs _epochs;
    private readonly bool _areRetired;
    private readonly HashSet<string> _told = [];
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
    }

    /// <summary>Makes sure that the series of these clusters exist; when it returns, that is durable.</summary>
    public async ValueTask EnsureAsync(IReadOnlyList<string> clusters)
    {
        foreach (var cluster in clusters)
        {
            if (!_epochs.Now.ContainsKey(cluster) || IsToBeTold(cluster))
            {
                await _grains.GetGrain<IClusterGrain>(cluster).Register();
                Told(cluster);
            }
        }
    }

    private bool IsToBeTold(string cluster)
    {
        if (!_areRetired)
        {
            return false;
        }

        lock (_lock)
        {
            if (_hour.IsDue)
            {
                _told.Clear();
                _hour.Start();
            }

            return !_told.Contains(cluster);
        }
    }

    private void Told(string cluster)
    {
        lock (_lock)
        {
            _told.Add(cluster);
        }
    }
}
