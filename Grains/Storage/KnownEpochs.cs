using System.Collections.Immutable;

namespace OrleansSie.Grains.Storage;

/// <summary>
/// The epochs of clusters and of the register's shards, as this silo has heard of them: always ones that the store has acknowledged, and
/// maybe old ones. An old or unknown one costs its user a refusal and a reading.
/// </summary>
public sealed class KnownEpochs
{
    private ImmutableDictionary<string, long> _epochs = ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>What is known now, by receiver; it never changes afterwards.</summary>
    public ImmutableDictionary<string, long> Now => Volatile.Read(ref _epochs);

    /// <summary>The name of one of the register's shards among the receivers. A cluster's is its key.</summary>
    public static string Register(string shard) => $"register/{shard}";

    /// <summary>Takes what a receiver has said of its epoch.</summary>
    public void Take(string receiver, long epoch) =>
        ImmutableInterlocked.Update(ref _epochs, static (epochs, told) => epochs.SetItem(told.receiver, told.epoch), (receiver, epoch));

    /// <summary>The receiver is gone.</summary>
    public void Forget(string receiver) => ImmutableInterlocked.TryRemove(ref _epochs, receiver, out _);
}
