using Orleans.Concurrency;

namespace OrleansSie.Grains.Interfaces;

/// <summary>Knows all clusters, and which of their counts changed since a caller last asked. One grain, key <see cref="Key"/>.</summary>
[Alias("sie.IClusterIndexGrain")]
public interface IClusterIndexGrain : IGrainWithStringKey
{
    /// <summary>The key of the one index.</summary>
    const string Key = "all";

    /// <summary>Takes a cluster's newest counts. When it returns, the cluster's name is in the index durably.</summary>
    [AlwaysInterleave, Alias("report")]
    Task Report(ClusterSnapshot snapshot);

    /// <summary>
    /// What changed after <paramref name="sequence"/> of <paramref name="generation"/>; everything if the index has another generation now.
    /// Null while the index has not loaded every cluster yet: it never gives a partial answer.
    /// </summary>
    /// <param name="generation">That of the last answer, else 0.</param>
    /// <param name="sequence">That of the last answer, else 0.</param>
    /// <param name="confirm">
    /// Whether to check in the store that no other activation has given newer counts to anyone. An activation that was left behind, on a silo
    /// that was paused or cut off, then fails.
    /// </param>
    [AlwaysInterleave, Alias("get-changes")]
    Task<ClusterChanges?> GetChanges(long generation, long sequence, bool confirm);

    /// <summary>
    /// Looks for clusters that the caller knows and that a confirmed, complete answer did not name. A cluster whose record still exists is
    /// named again.
    /// </summary>
    /// <returns>Those that are gone.</returns>
    [AlwaysInterleave, Alias("which-are-gone")]
    Task<IReadOnlyList<string>> WhichAreGone(IReadOnlyList<string> clusters);
}

/// <summary>An answer of the cluster index.</summary>
/// <param name="Generation">
/// Changes with each activation of the index, and when a cluster is gone. Sequences of two generations cannot be compared: a caller that
/// asks with another generation gets a complete answer.
/// </param>
/// <param name="Sequence">What to ask with next time.</param>
/// <param name="Clusters">The clusters that changed.</param>
[GenerateSerializer, Immutable, Alias("sie.cluster-changes")]
public sealed record ClusterChanges(long Generation, long Sequence, IReadOnlyList<ClusterSnapshot> Clusters);
