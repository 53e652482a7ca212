using System.Globalization;
using Orleans.Concurrency;

namespace OrleansSie.Grains.Interfaces;

/// <summary>
/// One shard of the list of unattributed interruptions, key from <see cref="UnattributedShard"/>. It wakes the instances of
/// those that wait, also after all silos were killed, and counts those that were given up, each once.
/// </summary>
[Alias("sie.IUnattributedGrain")]
public interface IUnattributedGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes how far an interruption has come. When it returns, that is durable. News that says no more than the shard knows changes nothing. A
    /// stage that only a later version knows is refused with an <see cref="ArgumentOutOfRangeException"/>.
    /// </summary>
    /// <param name="news">How far it has come.</param>
    /// <param name="epoch">The shard's epoch as the caller knew it before it read its own record; 0 if it knew none.</param>
    /// <returns>Null if the shard knows it. Else nothing happened, as for what <see cref="IClusterGrain.Add"/> refuses.</returns>
    [AlwaysInterleave, Alias("tell")]
    Task<long?> Tell(UnattributedReport news, long epoch);

    /// <summary>
    /// Says that the instance has recorded this stage of an interruption, and that the shard knows it: so that it need not be kept for ever.
    /// Changes nothing if the shard has another stage.
    /// </summary>
    [AlwaysInterleave, OneWay, Alias("confirm")]
    Task Confirm(string interruptionId, UnattributedStage stage);

    /// <summary>The figures that the store holds.</summary>
    /// <param name="knownVersion">The newest version the caller has seen; a grain that is behind it reads the store again first.</param>
    /// <param name="confirm">Whether to check in the store that no other activation has written since. An activation that was left behind fails.</param>
    [AlwaysInterleave, Alias("get-snapshot")]
    Task<UnattributedSnapshot> GetSnapshot(long knownVersion, bool confirm);
}

/// <summary>Which shard of the unattributed list an instance's interruptions are in.</summary>
public static class UnattributedShard
{
    /// <summary>Number of shards. It cannot change without moving what is stored.</summary>
    public const int Count = 64;

    /// <summary>The keys of all shards.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. Enumerable.Range(0, Count).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The key of an instance's shard: the same on every machine and in every version.</summary>
    public static string Of(string instance) => Keys[(int)(KeyHash.Of(instance.AsSpan()) % Count)];
}

/// <summary>What an instance tells the unattributed list of one of its interruptions.</summary>
/// <param name="Id">Identity of the interruption.</param>
/// <param name="Instance">Key of its instance.</param>
/// <param name="ArrivedAt">When it arrived.</param>
/// <param name="Known">The stage at which the unattributed list had it, as the instance has recorded. Used only where the unattributed list has forgotten it.</param>
/// <param name="Stage">How far it has come.</param>
[GenerateSerializer, Immutable, Alias("sie.unattributed-report")]
public sealed record UnattributedReport(string Id, string Instance, DateTimeOffset ArrivedAt, UnattributedStage Known, UnattributedStage Stage);

/// <summary>How far an interruption that came without a cluster has come. It only rises, by these numbers: further causes come before the count.</summary>
[GenerateSerializer, Alias("sie.unattributed-stage")]
public enum UnattributedStage
{
    /// <summary>The unattributed list does not know it.</summary>
    unheard = 0,

    /// <summary>It waits for its cluster.</summary>
    waiting = 1,

    /// <summary>Given up: no creation and no inventory described its instance in time. A value of the <c>cause</c> label.</summary>
    unknown_instance = 2,

    /// <summary>Given up: its instance is known and is no GKE node. A value of the <c>cause</c> label.</summary>
    not_gke = 3,

    /// <summary>Its cluster has counted it.</summary>
    counted = 100,
}

/// <summary>One shard's durable figures at one version.</summary>
/// <param name="Version">Number of commits of the shard's record.</param>
/// <param name="Waiting">Interruptions that wait for their cluster.</param>
/// <param name="OldestArrival">Arrival of the oldest of them; null if there is none.</param>
/// <param name="UnknownInstance">Given up for <see cref="UnattributedStage.unknown_instance"/>.</param>
/// <param name="NotGke">Given up for <see cref="UnattributedStage.not_gke"/>.</param>
/// <param name="Reattributed">Interruptions that were given up and then counted for a cluster after all; only rises.</param>
/// <param name="Epoch">The epoch under which a caller that begins to settle something has to call the shard.</param>
[GenerateSerializer, Immutable, Alias("sie.unattributed-snapshot")]
public sealed record UnattributedSnapshot(
    long Version, long Waiting, DateTimeOffset? OldestArrival, UnattributedCount UnknownInstance, UnattributedCount NotGke, long Reattributed, long Epoch = 0);

/// <summary>Interruptions that were given up for one cause.</summary>
/// <param name="Open">Those that still are given up, as long as their instances are remembered.</param>
/// <param name="Total">All that were ever given up, each once under its first cause; only rises.</param>
[GenerateSerializer, Immutable, Alias("sie.unattributed-count")]
public sealed record UnattributedCount(long Open, long Total);

/// <summary>Hears of interruptions that wait for their cluster, so that an inventory that would know it is taken early.</summary>
public interface IInventoryTrigger
{
    /// <summary>An interruption of this project's instance waits. Returns at once and never throws.</summary>
    /// <param name="project">Project id.</param>
    void InterruptionWaits(string project);
}
