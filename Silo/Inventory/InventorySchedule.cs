namespace OrleansSie.Silo.Inventory;

/// <summary>
/// When a project is listed: at once, then at every interval from start to start, and earlier when asked for, though at most one extra
/// listing a minute. Monotonic: a jump of the wall clock neither hastens nor delays it.
/// </summary>
internal sealed class InventorySchedule
{
    /// <summary>The least time between two extra listings, and the pause after one that broke off.</summary>
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

    /// <summary>Somebody waits for what a listing would tell.</summary>
    public void Ask() => _isAsked = true;

    /// <summary>A listing begins: it is the answer to all who asked before.</summary>
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
