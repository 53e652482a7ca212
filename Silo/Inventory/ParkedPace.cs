namespace OrleansSie.Silo.Inventory;

/// <summary>How fast interruptions of one project are parked on this silo.</summary>
internal sealed class ParkedPace
{
    /// <summary>So many within <see cref="Window"/> are many.</summary>
    public const int Many = 10;

    /// <summary>The time over which they are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>After so long without any, the next one counts as many.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private long? _last;
    private long _window;
    private int _count;

    public ParkedPace(TimeProvider time) => _time = time;

    /// <summary>One more was parked.</summary>
    /// <returns>Whether a listing should be asked for.</returns>
    public bool Count()
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var isFirst = _last is not { } last || _time.GetElapsedTime(last, now) >= Quiet;
            if (isFirst || _time.GetElapsedTime(_window, now) >= Window)
            {
                _window = now;
                _count = 0;
            }

            _last = now;
            return ++_count == Many || isFirst;
        }
    }
}
