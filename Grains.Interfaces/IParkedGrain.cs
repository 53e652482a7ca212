using Orleans.Concurrency;

namespace OrleansSie.Grains.Interfaces;

/// <summary>
/// One shard of the register of interruptions that no cluster has counted, key from <see cref="ParkedShard"/>: wakes the instances of
/// those that wait, also after all silos were killed, and counts those that were given up, each once.
/// </summary>
[Alias("sie.IParkedGrain")]
public interface IParkedGrain : IGrainWithStringKey
{
    /// <summary>An interruption waits for its cluster. When it returns, its instance will be woken until it says that it no longer does.</summary>
    [AlwaysInterleave, Alias("park")]
    Task Park(string interruptionId, string instance, DateTimeOffset arrivedAt);

    /// <summary>
    /// An interruption was given up for a cause, or was attributed. When it returns, that is durable. Repeating it changes nothing.
    /// </summary>
    [AlwaysInterleave, Alias("settle")]
    Task Settle(ParkedSettlement settlement);

    /// <summary>Says that the instance has recorded what it settled of an interruption, so that its id need not be kept for ever.</summary>
    [AlwaysInterleave, OneWay, Alias("confirm")]
    Task Confirm(string interruptionId);

    /// <summary>What stands in the store.</summary>
    /// <param name="knownVersion">The newest version the caller has seen; a grain that is behind it reads the store again first.</param>
    /// <param name="confirm">Whether to make sure, by the store, that no other activation has written since: one that was left behind fails.</param>
    [AlwaysInterleave, Alias("get-snapshot")]
    Task<ParkedSnapshot> GetSnapshot(long knownVersion, bool confirm);
}
