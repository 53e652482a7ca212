using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains;

/// <summary>
/// The clock of the grains, registered under a key of its own: Orleans drives its own loops by the unkeyed TimeProvider, and a
/// fake one there would stop the silo, seen as calls that never end.
/// </summary>
public static class GrainClock
{
    /// <summary>The key of its <see cref="TimeProvider"/>.</summary>
    public const string Name = "sie.clock";
}

/// <summary>
/// The wall time at which an activation began, carried on by the monotonic clock: while the activation lives, its time does not
/// jump, whatever the machine's clock is set to.
/// </summary>
internal sealed class ActivationClock
{
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _began;
    private readonly long _timestamp;

    public ActivationClock(TimeProvider time)
    {
        _time = time;
        _began = time.GetUtcNow();
        _timestamp = time.GetTimestamp();
    }

    /// <summary>How long the activation has lived.</summary>
    public TimeSpan Age => _time.GetElapsedTime(_timestamp);

    /// <summary>Unix seconds.</summary>
    public long Now => (_began + Age).ToUnixTimeSeconds();

    /// <summary>The Unix minute of the wall clock, for what is compared with the times of events.</summary>
    public long WallMinute => RecentLosses.MinuteOf(_time.GetUtcNow());
}

/// <summary>Says when a period has passed since the last start. Monotonic: a jump of the wall clock neither hastens nor delays it.</summary>
internal sealed class Interval
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _period;
    private long? _last;

    public Interval(TimeProvider time, TimeSpan period)
    {
        _time = time;
        _period = period;
    }

    /// <summary>Whether the period has passed, or none was started.</summary>
    public bool IsDue => _last is not { } last || _time.GetElapsedTime(last) >= _period;

    /// <summary>A period begins now.</summary>
    public void Start() => _last = _time.GetTimestamp();

    /// <summary>Makes the next start due at once.</summary>
    public void MakeDue() => _last = null;
}
