namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>One life of an instance name, and all that happens in it.</summary>
/// <param name="Id">Compute Engine's numeric id; null where every message of this life tells none.</param>
/// <param name="CreationTold">Whether a creation entry that describes it is published.</param>
/// <param name="Cluster">The cluster that its creation names; null for a VM outside of GKE.</param>
/// <param name="Hardware">What its creation says besides.</param>
internal sealed record Life(ulong? Id, bool CreationTold, ClusterOfMix? Cluster, Hardware Hardware)
{
    /// <summary>The interruptions that count once each.</summary>
    public List<Loss> Losses { get; } = [];
}
