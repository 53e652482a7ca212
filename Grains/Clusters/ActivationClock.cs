namespace OrleansSie.Grains.Clusters;

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

    /// <summary>How long the activation lives.</summary>
    public TimeSpan Age => _time.GetElapsedTime(_timestamp);

    /// <summary>Unix seconds.</summary>
    public long Now => (_began + Age).ToUnixTimeSeconds();
}
