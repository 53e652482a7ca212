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
    /// <param name="settlement">What became of it.</param>
    /// <param name="epoch">The shard's epoch as the caller knew it before it read its own record; 0 if it knew none.</param>
    /// <returns>Null if it is settled. Else nothing happened: as for <see cref="IClusterGrain.Add"/>.</returns>
    [AlwaysInterleave, Alias("settle")]
    Task<long?> Settle(ParkedSettlement settlement, long epoch);

    /// <summary>Says that the instance has recorded a settlement, so that it need not be kept for ever. Nothing if a later one came since.</summary>
    [AlwaysInterleave, OneWay, Alias("confirm")]
    Task Confirm(ParkedSettlement settlement);

    /// <summary>What stands in the store.</summary>
    /// <param name="knownVersion">The newest version the caller has seen; a grain that is behind it reads the store again first.</param>
    /// <param name="confirm">Whether to make sure, by the store, that no other activation has written since: one that was left behind fails.</param>
    [AlwaysInterleave, Alias("get-snapshot")]
    Task<ParkedSnapshot> GetSnapshot(long knownVersion, bool confirm);
}
