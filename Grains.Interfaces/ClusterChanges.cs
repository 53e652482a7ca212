namespace OrleansSie.Grains.Interfaces;

/// <summary>An answer of the cluster index.</summary>
/// <param name="Generation">Which activation of the index answers; sequences of two generations cannot be compared.</param>
/// <param name="Sequence">What to ask with next time.</param>
/// <param name="Clusters">The clusters that changed.</param>
[GenerateSerializer, Immutable, Alias("sie.cluster-changes")]
public sealed record ClusterChanges(long Generation, long Sequence, IReadOnlyList<ClusterSnapshot> Clusters);
