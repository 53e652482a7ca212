using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>What the store has acknowledged last of a cluster: nothing else may be told. Put together only when it is asked for.</summary>
internal sealed class DurableCounts
{
    private readonly string _key;
    private readonly ClusterTotals _totals;
    private bool _isRetired;
    private ClusterSnapshot? _snapshot;

    public DurableCounts(string key, ClusterTotals totals)
    {
        _key = key;
        _totals = totals;
    }

    /// <summary>0: the store holds no such cluster.</summary>
    public long Version { get; private set; }

    public long Epoch { get; private set; }

    /// <summary>The store has acknowledged these, and the totals.</summary>
    public void Take(long version, long epoch, bool isRetired)
    {
        (Version, Epoch, _isRetired) = (version, epoch, isRetired);
        _snapshot = null;
    }

    public ClusterSnapshot Snapshot() => _snapshot ??= new ClusterSnapshot(_key, Version, _totals.Durable(), Epoch, _isRetired);
}
