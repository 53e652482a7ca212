namespace OrleansSie.Silo.Storage;

/// <summary>
/// The clock by which records expire. While the store is open it goes as the machine's monotonic clock does, so that a wall clock that is
/// set makes no record leave. Over a stop it goes on by what the wall clock says has passed, at most <see cref="MostOverAStop"/>, and never
/// back. So it is behind the wall clock at times, and records stay longer.
/// </summary>
internal sealed class StoreClock
{
    /// <summary>A wall clock that jumps while the store is closed takes no more than this from a retention, however often it starts again.</summary>
    public static readonly TimeSpan MostOverAStop = TimeSpan.FromDays(7);

    private readonly TimeProvider _time;
    private readonly DateTimeOffset _began;
    private readonly long _timestamp;

    /// <param name="time">The machine's clocks.</param>
    /// <param name="last">What was noted last; null in a new store.</param>
    public StoreClock(TimeProvider time, StoreMark? last)
    {
        _time = time;
        _timestamp = time.GetTimestamp();
        var wall = time.GetUtcNow();
        var passed = last is { } mark ? TimeSpan.FromTicks(Math.Clamp((wall - mark.Wall).Ticks, 0, MostOverAStop.Ticks)) : default;
        _began = last?.Store + passed ?? wall;
    }

    public DateTimeOffset Now => _began + _time.GetElapsedTime(_timestamp);

    /// <summary>What to note.</summary>
    public StoreMark Mark() => new(Now, _time.GetUtcNow());
}
