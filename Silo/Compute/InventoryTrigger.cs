using System.Collections.Concurrent;
using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Compute;

/// <summary>
/// Requests an early listing when it may help: at the first waiting interruption after five quiet minutes, because its instance may be
/// listed only briefly, and when ten wait within a minute. A slow, steady rate waits for the regular listings: it may come from
/// machines that no listing ever explains.
/// </summary>
internal sealed class InventoryTrigger : IInventoryTrigger
{
    private readonly ConcurrentDictionary<string, UnattributedRate> _rates = new();
    private readonly InventoryPlan _plan;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly ILogger<InventoryTrigger> _logger;

    public InventoryTrigger(
        InventoryPlan plan,
        IGrainFactory grains,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<InventoryTrigger> logger)
    {
        _plan = plan;
        _grains = grains;
        _time = time;
        _logger = logger;
    }

    public void InterruptionWaits(string project)
    {
        // Only configured projects are listed, which also bounds the number of paces.
        if (_plan.Projects.Contains(project) && _rates.GetOrAdd(project, _ => new UnattributedRate(_time)).Count())
        {
            _ = Task.Run(() => AskAsync(project));
        }
    }

    private async Task AskAsync(string project)
    {
        try
        {
            await _grains.GetGrain<IInventoryGrain>(project).ListSoon();
        }
        catch (Exception e)
        {
            // No caller waits for it, and the regular listing follows anyway.
            InventoryLog.NotReached(_logger, e, project);
        }
    }
}

/// <summary>How fast interruptions of one project come to wait on this silo.</summary>
internal sealed class UnattributedRate
{
    /// <summary>This many within <see cref="Window"/> justify a listing.</summary>
    public const int Many = 10;

    /// <summary>The time over which they are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>After this time without any, the next one justifies a listing.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private long? _last;
    private long _window;
    private int _count;

    public UnattributedRate(TimeProvider time) => _time = time;

    /// <summary>One more waits.</summary>
    /// <returns>Whether a listing should be requested.</returns>
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
