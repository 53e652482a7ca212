namespace OrleansSie.Grains;

/// <summary>Says when a period has passed since the last start. Monotonic: a jump of the wall clock neither hastens nor delays it.</summary>
internal sealed class Pace
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _period;
    private long? _last;

    public Pace(TimeProvider time, TimeSpan period)
    {
        _time = time;
        _period = period;
    }

    /// <summary>Whether the period has passed, or none was started.</summary>
    public bool IsDue => _last is not { } last || _time.GetElapsedTime(last) >= _period;

    /// <summary>A period begins now.</summary>
    public void Start() => _last = _time.GetTimestamp();

    /// <summary>Waits for no period.</summary>
    public void Hasten() => _last = null;
}
