namespace OrleansSie.Grains.Interfaces;

/// <summary>An answer of the cluster index.</summary>
/// <param name="Generation">
/// Another one with each activation of the index, and when a cluster is gone. Sequences of two generations cannot be compared: the answer to
/// a question of another generation is complete.
/// </param>
/// <param name="Sequence">What to ask with next time.</param>
/// <param name="Clusters">The clusters that changed.</param>
[GenerateSerializer, Immutable, Alias("sie.cluster-changes")]
public sealed record ClusterChanges(long Generation, long Sequence, IReadOnlyList<ClusterSnapshot> Clusters);
