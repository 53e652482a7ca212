using Orleans.Concurrency;

namespace OrleansSie.Grains.Interfaces;

/// <summary>One GKE cluster, key <see cref="ClusterKey"/> as text: holds its interruption counts, durably, each interruption once.</summary>
[Alias("sie.IClusterGrain")]
public interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>Makes the cluster known, so that its series exist with the value 0. When it returns, that is durable.</summary>
    [AlwaysInterleave, Alias("register")]
    Task Register();

    /// <summary>
    /// Counts an interruption once, whatever is repeated. When it returns, the count is durable.
    /// Any exception means: unknown, ask again with the same id.
    /// </summary>
    /// <param name="interruption">The interruption.</param>
    /// <param name="epoch">The cluster's epoch as the caller knew it before it read its own record; 0 if it knew none.</param>
    /// <returns>
    /// Null if it is counted. Else nothing happened, as the caller began too long ago: the cluster's epoch, with which to call again after
    /// the caller has read its record again.
    /// </returns>
    [AlwaysInterleave, Alias("add")]
    Task<long?> Add(Interruption interruption, long epoch);

    /// <summary>Says that the instance has recorded the interruption as counted, so that its id need not be kept for ever.</summary>
    [AlwaysInterleave, OneWay, Alias("confirm")]
    Task Confirm(string interruptionId);

    /// <summary>The counts as they stand in the store; version 0 if the store holds no such cluster.</summary>
    /// <param name="knownVersion">The newest version the caller has seen; a grain that is behind it reads the store again first.</param>
    /// <param name="confirm">Whether to make sure, by the store, that no other activation has written since: one that was left behind fails.</param>
    [AlwaysInterleave, Alias("get-snapshot")]
    Task<ClusterSnapshot> GetSnapshot(long knownVersion, bool confirm);
}
