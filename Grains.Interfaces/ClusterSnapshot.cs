namespace OrleansSie.Grains.Interfaces;

/// <summary>A cluster's durable counts at one version.</summary>
/// <param name="Key">The cluster's key as text.</param>
/// <param name="Version">Number of commits of the cluster's record; rises with every commit. 0: the store holds no such cluster.</param>
/// <param name="Totals">Interruptions by pool labels; empty for a cluster without any.</param>
/// <param name="Epoch">The epoch under which whoever begins to count something for the cluster has to call it.</param>
/// <param name="Retired">Nothing was heard of its nodes for so long that it is shown no more.</param>
[GenerateSerializer, Immutable, Alias("sie.cluster-snapshot")]
public sealed record ClusterSnapshot(string Key, long Version, IReadOnlyList<PoolTotal> Totals, long Epoch = 0, bool Retired = false)
{
    /// <summary>Whether the cluster is not to be shown: the store holds no record of it, or it is retired.</summary>
    public bool IsGone => Version == 0 || Retired;

    /// <summary>
    /// Whether this snapshot of the same cluster holds less than an earlier one under any labels: the store has lost commits.
    /// Versions alone do not tell, since new commits take the numbers of the lost ones.
    /// </summary>
    public bool HasLost(ClusterSnapshot earlier)
    {
        for (var i = 0; i < earlier.Totals.Count; i++)
        {
            // A row keeps its place while the store keeps the record.
            var before = earlier.Totals[i];
            var now = i < Totals.Count && Totals[i].Labels == before.Labels ? Totals[i] : Totals.FirstOrDefault(t => t.Labels == before.Labels);
            if ((now?.Count ?? 0) < before.Count)
            {
                return true;
            }
        }

        return false;
    }
}
