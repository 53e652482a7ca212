namespace OrleansSie.Silo.Storage;

/// <summary>
/// The clock that decides when records expire. While the store is open it follows the machine's monotonic clock, so that setting the wall
/// clock makes no record expire. Over a stop it advances by what has passed on the wall clock, at most <see cref="MostOverAStop"/>, and never
/// back. So it may be behind the wall clock, and records stay longer.
/// </summary>
internal sealed class StoreClock
{
    /// <summary>A wall clock that jumps while the store is closed shortens a retention by no more than this, however often the store starts again.</summary>
    public static readonly TimeSpan MostOverAStop = TimeSpan.FromDays(7);

    private readonly TimeProvider _time;
    private readonly DateTimeOffset _began;
    private readonly long _timestamp;

    /// <param name="time">The machine's clocks.</param>
    /// <param name="last">The last mark; null in a new store.</param>
    public StoreClock(TimeProvider time, StoreMark? last)
    {
        _time = time;
        _timestamp = time.GetTimestamp();
        var wall = time.GetUtcNow();
        var passed = last is { } mark ? TimeSpan.FromTicks(Math.Clamp((wall - mark.Wall).Ticks, 0, MostOverAStop.Ticks)) : default;
        _began = last?.Store + passed ?? wall;
    }

    public DateTimeOffset Now => _began + _time.GetElapsedTime(_timestamp);

    /// <summary>What is to be noted in the store now.</summary>
    public StoreMark Mark() => new(Now, _time.GetUtcNow());
}

/// <summary>What two clocks showed at one moment.</summary>
/// <param name="Store">The store's own.</param>
/// <param name="Wall">The machine's wall clock.</param>
internal readonly record struct StoreMark(DateTimeOffset Store, DateTimeOffset Wall);
