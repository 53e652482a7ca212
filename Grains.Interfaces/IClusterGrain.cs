using Orleans.Concurrency;

namespace OrleansSie.Grains.Interfaces;

/// <summary>One GKE cluster, key <see cref="ClusterKey"/> as text: holds its interruption counts, durably, each interruption once.</summary>
[Alias("sie.IClusterGrain")]
public interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>Makes the cluster and its pools known, so that their series exist with the value 0. When it returns, that is durable.</summary>
    [AlwaysInterleave, Alias("register")]
    Task Register(IReadOnlyList<CapacityPool> pools);

    /// <summary>
    /// Gives each effect once, however often the call is repeated. When it returns, those that are not refused are durable.
    /// After any exception the result of each is unknown: ask again with the same identity.
    /// </summary>
    [AlwaysInterleave, Alias("add")]
    Task<EffectsAnswer> Add(ClusterEffects effects);

    /// <summary>Says that instances have recorded these as counted, so that their identities need not be kept for ever.</summary>
    [AlwaysInterleave, OneWay, Alias("confirm")]
    Task Confirm(IReadOnlyList<string> ids);

    /// <summary>The counts that the store holds; version 0 if the store holds no such cluster.</summary>
    /// <param name="knownVersion">The newest version the caller has seen; a grain that is behind it reads the store again first.</param>
    /// <param name="confirm">Whether to check in the store that no other activation has written since. An activation that was left behind fails.</param>
    [AlwaysInterleave, Alias("get-snapshot")]
    Task<ClusterSnapshot> GetSnapshot(long knownVersion, bool confirm);
}

/// <summary>Effects for one cluster, each given once. Several kinds can travel together; so far there is one.</summary>
[GenerateSerializer, Immutable, Alias("sie.cluster-effects")]
public sealed record ClusterEffects
{
    /// <summary>Interruptions to be counted.</summary>
    [Id(0)]
    public IReadOnlyList<Interruption> Interruptions { get; init; } = [];
}

/// <summary>One interruption on its way into a cluster's count, with the labels it is counted under.</summary>
/// <param name="Id">Identity of the interruption.</param>
/// <param name="Instance">Key of the instance it happened to.</param>
/// <param name="At">When it happened.</param>
/// <param name="Labels">What it is counted under.</param>
/// <param name="Epoch">The cluster's epoch as the instance knew it before it read its own record; 0 if it knew none.</param>
/// <param name="Age">How old the instance was; null where its creation is not known.</param>
/// <param name="Operation">Compute Engine's id of the operation that took the instance away; empty where the event has none.</param>
[GenerateSerializer, Immutable, Alias("sie.interruption")]
public sealed record Interruption(
    string Id, string Instance, DateTimeOffset At, PoolLabels Labels, long Epoch = 0, TimeSpan? Age = null, string Operation = "");

/// <summary>The result of <see cref="ClusterEffects"/>: everything that is not refused has had its effect, durably.</summary>
/// <param name="Refused">
/// Identities of those whose sender began too long ago. Nothing happened for them: the sender reads its record again and sends again, under
/// <paramref name="Epoch"/>.
/// </param>
/// <param name="Epoch">The cluster's epoch, as the store has acknowledged it.</param>
[GenerateSerializer, Immutable, Alias("sie.effects-answer")]
public sealed record EffectsAnswer(IReadOnlyList<string> Refused, long Epoch);

/// <summary>A cluster's durable counts at one version.</summary>
/// <param name="Key">The cluster's key as text.</param>
/// <param name="Version">Number of commits of the cluster's record; rises with every commit. 0: the store holds no such cluster.</param>
/// <param name="Totals">What was counted by pool labels, in the order in which the cluster first knew of them. It never changes.</param>
/// <param name="Epoch">The epoch under which a caller that begins to count something has to call the cluster.</param>
/// <param name="Retired">None of its nodes was seen for so long that the cluster is no longer shown.</param>
/// <param name="Place">
/// The cluster's place among all, from 0 on, as the index gave it: durable, and free for another cluster only when this one is gone.
/// </param>
[GenerateSerializer, Immutable, Alias("sie.cluster-snapshot")]
public sealed record ClusterSnapshot(
    string Key, long Version, IReadOnlyList<PoolTotal> Totals, long Epoch = 0, bool Retired = false, int Place = 0)
{
    /// <summary>The storms that are on.</summary>
    [Id(0)]
    public IReadOnlyList<Storm> Storms { get; init; } = [];

    /// <summary>Whether the cluster is not to be shown: the store holds no record of it, or it is retired.</summary>
    public bool IsGone => Version == 0 || Retired;

    /// <summary>
    /// Whether this snapshot of the same cluster holds less than an earlier one under any labels: the store has lost commits.
    /// Versions alone do not show it, since new commits take the numbers of the lost ones.
    /// </summary>
    public bool HasLost(ClusterSnapshot earlier)
    {
        for (var i = 0; i < earlier.Totals.Count; i++)
        {
            // A row keeps its place while the store keeps the record.
            var before = earlier.Totals[i];
            var now = i < Totals.Count && Totals[i].Labels == before.Labels ? Totals[i] : Totals.FirstOrDefault(t => t.Labels == before.Labels);
            if (now is null || now.Count < before.Count)
            {
                return true;
            }
        }

        return false;
    }
}
