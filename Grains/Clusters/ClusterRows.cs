using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>The counts of all clusters as the index knows them, in memory, each with the sequence number of its last change.</summary>
internal sealed class ClusterRows
{
    private readonly Dictionary<string, (ClusterSnapshot Snapshot, long Sequence)> _rows = [];
    private readonly ILogger _logger;
    private long _generation = Random.Shared.NextInt64();
    private long _sequence;

    public ClusterRows(ILogger logger)
    {
        _logger = logger;
    }

    /// <summary>The version of a cluster's counts; 0 if none are known.</summary>
    public long VersionOf(string cluster) => _rows.TryGetValue(cluster, out var row) ? row.Snapshot.Version : 0;

    /// <summary>
    /// Takes a cluster's counts if they are newer. Where they are less than before under any labels, the store has lost commits, and what it
    /// holds now is served.
    /// </summary>
    /// <returns>Whether they are newer.</returns>
    public bool Take(ClusterSnapshot snapshot)
    {
        if (_rows.TryGetValue(snapshot.Key, out var row))
        {
            if (snapshot.Version <= row.Snapshot.Version)
            {
                return false;
            }

            if (snapshot.HasLost(row.Snapshot))
            {
                _logger.StoreRolledBack(snapshot.Key, snapshot.Version, row.Snapshot.Version);
            }
        }

        _rows[snapshot.Key] = (snapshot, ++_sequence);
        return true;
    }

    /// <summary>Removes a cluster. The next answer is complete, and shows by what is missing that the cluster is gone.</summary>
    public void Remove(string cluster)
    {
        _rows.Remove(cluster);
        _generation++;
    }

    /// <summary>What changed after a sequence number of a generation; everything if the generation is another one now.</summary>
    public ClusterChanges Since(long generation, long sequence)
    {
        var since = generation == _generation ? sequence : 0;
        return new ClusterChanges(_generation, _sequence, _rows.Values.Where(r => r.Sequence > since).Select(r => r.Snapshot).ToList());
    }
}
