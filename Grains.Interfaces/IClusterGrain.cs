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
    /// Gives each effect once, whatever is repeated. When it returns, those that are not refused are durable.
    /// Any exception means of each: unknown, ask again with the same identity.
    /// </summary>
    [AlwaysInterleave, Alias("add")]
    Task<EffectsAnswer> Add(ClusterEffects effects);

    /// <summary>Says that instances have recorded these as counted, so that their identities need not be kept for ever.</summary>
    [AlwaysInterleave, OneWay, Alias("confirm")]
    Task Confirm(IReadOnlyList<string> ids);

    /// <summary>The counts as they stand in the store; version 0 if the store holds no such cluster.</summary>
    /// <param name="knownVersion">The newest version the caller has seen; a grain that is behind it reads the store again first.</param>
    /// <param name="confirm">Whether to make sure, by the store, that no other activation has written since: one that was left behind fails.</param>
    [AlwaysInterleave, Alias("get-snapshot")]
    Task<ClusterSnapshot> GetSnapshot(long knownVersion, bool confirm);
}
