using Orleans.Concurrency;

namespace OrleansSie.Grains.Interfaces;

/// <summary>Knows all clusters, and what of their counts changed since a caller last asked. One grain, key <see cref="Key"/>.</summary>
[Alias("sie.IClusterIndexGrain")]
public interface IClusterIndexGrain : IGrainWithStringKey
{
    /// <summary>The key of the one index.</summary>
    const string Key = "all";

    /// <summary>Takes a cluster's newest counts. When it returns, the cluster's name is in the index durably.</summary>
    [AlwaysInterleave, Alias("report")]
    Task Report(ClusterSnapshot snapshot);

    /// <summary>
    /// What changed after <paramref name="sequence"/> of <paramref name="generation"/>; everything if the generation is another one.
    /// Null while the index has not loaded every cluster yet: it never answers with a part.
    /// </summary>
    /// <param name="generation">That of the last answer, else 0.</param>
    /// <param name="sequence">That of the last answer, else 0.</param>
    /// <param name="confirm">
    /// Whether to make sure, by the store, that nobody has heard newer counts from another activation: one that was left behind, on a silo
    /// that was paused or cut off, fails then.
    /// </param>
    [AlwaysInterleave, Alias("get-changes")]
    Task<ClusterChanges?> GetChanges(long generation, long sequence, bool confirm);

    /// <summary>
    /// Looks for clusters that the caller knows and that a confirmed, complete answer did not name. One whose record is still there is
    /// named again.
    /// </summary>
    /// <returns>Those that are gone.</returns>
    [AlwaysInterleave, Alias("which-are-gone")]
    Task<IReadOnlyList<string>> WhichAreGone(IReadOnlyList<string> clusters);
}
