namespace OrleansSie.Grains.Storage;

/// <summary>
/// Keeps a call that arrives late, however late and whoever sent it, from having an effect after its receiver has forgotten what made it
/// harmless. The receiver's record has an epoch, which rises in the very write that forgets. A caller says under which epoch it began: the
/// one it had heard of <b>before</b> it read its own record. What its record did not yet hold as done, nobody confirmed in an earlier epoch;
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
