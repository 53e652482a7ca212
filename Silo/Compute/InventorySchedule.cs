namespace OrleansSie.Silo.Compute;

/// <summary>
/// When a project is listed: at once, then once per interval, counted from start to start, and earlier on request, with at most one extra
/// listing a minute. It uses the monotonic clock, so a jump of the wall clock has no effect.
/// </summary>
internal sealed class InventorySchedule
{
    /// <summary>The least time between two extra listings, and the pause after an aborted listing.</summary>
    public static readonly TimeSpan Extra = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private long? _began;
    private long? _extraBegan;
    private long? _broke;
    private bool _isAsked;

    public InventorySchedule(TimeProvider time, TimeSpan interval)
    {
        _time = time;
        _interval = interval;
    }

    public bool IsDue => IsRegularDue || (_isAsked && HasPassed(_extraBegan, Extra));

    private bool IsRegularDue => HasPassed(_began, _interval) || (_broke is not null && HasPassed(_broke, Extra));

    /// <summary>Requests an early listing.</summary>
    public void Ask() => _isAsked = true;

    /// <summary>A listing begins. It answers all earlier requests.</summary>
    public void Begin()
    {
        if (!IsRegularDue)
        {
            _extraBegan = _time.GetTimestamp();
        }

        _began = _time.GetTimestamp();
        _broke = null;
        _isAsked = false;
    }

    public void End(ListingEnd end) => _broke = end == ListingEnd.Broken ? _time.GetTimestamp() : null;

    private bool HasPassed(long? since, TimeSpan period) => since is not { } start || _time.GetElapsedTime(start) >= period;
}

/// <summary>How a listing ended. This decides when the next one is due.</summary>
internal enum ListingEnd
{
    /// <summary>Read to its end.</summary>
    Complete,

    /// <summary>Aborted by an error that may pass.</summary>
    Broken,

    /// <summary>Refused. An operator has to act.</summary>
    Refused,
}
