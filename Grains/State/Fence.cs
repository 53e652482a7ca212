using System.Collections.Immutable;

namespace OrleansSie.Grains.State;

/// <summary>
/// The receiver's side of epochs: a call that arrives late, however late, has no effect after its receiver has forgotten what made it
/// harmless. The receiver's record has an epoch, which rises in the very write that forgets. A caller says under which epoch it began: the
/// one that it knew <b>before</b> it read its own record. What its record did not yet hold as done was not confirmed in an earlier epoch;
/// what was confirmed in an epoch is remembered through that one and the next. So a caller of the current or the last epoch finds everything
/// remembered that it could do a second time, and any other is refused and reads its record again. No clock of another machine and no
/// time-out is part of this: docs/decisions/0009-epochs.md has the argument.
/// </summary>
internal sealed class Fence
{
    /// <summary>The least time between two epochs of one activation: what is merely slow is not refused.</summary>
    public static readonly TimeSpan EpochLength = TimeSpan.FromMinutes(5);

    private readonly TimeProvider _time;
    private long _began;

    public Fence(TimeProvider time)
    {
        _time = time;
        _began = time.GetTimestamp();
    }

    /// <summary>Whether the epoch may rise.</summary>
    public bool IsDue => _time.GetElapsedTime(_began) >= EpochLength;

    /// <summary>Says that the epoch rises with the next write.</summary>
    public void Rise() => _began = _time.GetTimestamp();

    /// <summary>Whether a call may have an effect.</summary>
    /// <param name="current">The receiver's epoch.</param>
    /// <param name="began">The epoch under which the caller began. One ahead of the receiver's is of a record that the store has lost.</param>
    public static bool Admits(long current, long began) => began == current || began == current - 1;

    /// <summary>Whether what was confirmed in an epoch may be forgotten in another.</summary>
    public static bool IsOver(long confirmed, long current) => confirmed <= current - 2;
}

/// <summary>
/// A caller's side of the <see cref="Fence"/>: its record, and the epochs that were known before the store was last seen to hold that record.
/// </summary>
internal sealed class FencedState<T>
    where T : class, new()
{
    private readonly DurableState<T> _state;
    private readonly KnownEpochs _epochs;
    private ImmutableDictionary<string, long> _began = [];

    public FencedState(DurableState<T> state, KnownEpochs epochs)
    {
        _state = state;
        _epochs = epochs;
    }

    /// <inheritdoc cref="DurableState{T}.Value"/>
    public T Value => _state.Value;

    /// <inheritdoc cref="DurableState{T}.LoadAsync"/>
    public async Task LoadAsync()
    {
        _began = _state.IsLoaded ? _began : _epochs.Now;
        await _state.LoadAsync().ConfigureAwait(false);
    }

    /// <inheritdoc cref="DurableState{T}.WriteAsync"/>
    public async Task WriteAsync()
    {
        // A write succeeds only on the record that the store holds, which is therefore as good as read when it began.
        var began = _epochs.Now;
        await _state.WriteAsync().ConfigureAwait(false);
        _began = began;
    }

    /// <summary>The epoch under which a receiver is to be called: what was known of it before the record was last read or written.</summary>
    /// <param name="receiver">Its name among the <see cref="KnownEpochs"/>.</param>
    public long EpochFor(string receiver) => _began.GetValueOrDefault(receiver);

    /// <summary>
    /// Reads the record again after a receiver has refused a call of an epoch that is over; then the call is made again. Several may run at
    /// once: each leaves an epoch behind that was known before a read of its own.
    /// </summary>
    /// <param name="receiver">Its name among the <see cref="KnownEpochs"/>.</param>
    /// <param name="told">The epoch in the receiver's answer.</param>
    /// <exception cref="StateUnavailableException">Another activation has written the record; this one ends.</exception>
    public async Task ReadAgainAsync(string receiver, long told)
    {
        _epochs.Take(receiver, told);
        var began = _epochs.Now;
        await _state.ConfirmAsync();
        _began = began;
    }
}

/// <summary>
/// The epochs of clusters and of the unattributed list's shards, as this silo knows them: always ones that the store has acknowledged, and
/// maybe old ones. An old or unknown one costs its user a refusal and a read.
/// </summary>
public sealed class KnownEpochs
{
    private ImmutableDictionary<string, long> _epochs = ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Says which receiver is forgotten.</summary>
    public event Action<string>? Forgotten;

    /// <summary>What is known now, by receiver; it never changes afterwards.</summary>
    public ImmutableDictionary<string, long> Now => Volatile.Read(ref _epochs);

    /// <summary>The name of one of the unattributed list's shards among the receivers. A cluster's is its key.</summary>
    public static string ReceiverOf(string shard) => $"register/{shard}";

    /// <summary>Takes the epoch that a receiver has given in an answer.</summary>
    public void Take(string receiver, long epoch) =>
        ImmutableInterlocked.Update(ref _epochs, static (epochs, told) => epochs.SetItem(told.receiver, told.epoch), (receiver, epoch));

    /// <summary>The receiver is gone, or the store has lost what it had acknowledged.</summary>
    public void Forget(string receiver)
    {
        ImmutableInterlocked.TryRemove(ref _epochs, receiver, out _);
        Forgotten?.Invoke(receiver);
    }
}
