using Orleans.Concurrency;

namespace OrleansSie.Grains.Interfaces;

/// <summary>
/// One shard of the register of interruptions that no cluster has counted, key from <see cref="ParkedShard"/>: wakes the instances of
/// those that wait, also after all silos were killed, and counts those that were given up, each once.
/// </summary>
[Alias("sie.IParkedGrain")]
public interface IParkedGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes how far an interruption has come. When it returns, that is durable. News that says no more than the shard knows changes nothing.
    /// </summary>
    /// <param name="news">What became of it.</param>
    /// <param name="epoch">The shard's epoch as the caller knew it before it read its own record; 0 if it knew none.</param>
    /// <returns>Null if the shard knows it. Else nothing happened: as for <see cref="IClusterGrain.Add"/>.</returns>
    [AlwaysInterleave, Alias("tell")]
    Task<long?> Tell(ParkedNews news, long epoch);

    /// <summary>
    /// Says that the instance has recorded this stage of an interruption, and that the shard knows it: so that it need not be kept for ever.
    /// Nothing if the shard has another stage.
    /// </summary>
    [AlwaysInterleave, OneWay, Alias("confirm")]
    Task Confirm(string interruptionId, ParkedStage stage);

    /// <summary>What stands in the store.</summary>
    /// <param name="knownVersion">The newest version the caller has seen; a grain that is behind it reads the store again first.</param>
    /// <param name="confirm">Whether to make sure, by the store, that no other activation has written since: one that was left behind fails.</param>
    [AlwaysInterleave, Alias("get-snapshot")]
    Task<ParkedSnapshot> GetSnapshot(long knownVersion, bool confirm);
}
