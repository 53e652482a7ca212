using System.Collections.Concurrent;
using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Inventory;

/// <summary>
/// Asks for an early listing when it would help: at the first interruption that is parked after five quiet minutes, since its instance
/// may be listed for a moment only, and when ten were parked within a minute. A steady trickle, as of machines that no listing will
/// ever explain, waits for the regular ones.
/// </summary>
internal sealed class InventoryTrigger : IInventoryTrigger
{
    private readonly ConcurrentDictionary<string, ParkedPace> _paces = new();
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

    public void Parked(string project)
    {
        // Only projects of the configuration are listed; so the number of paces is bounded too.
        if (_plan.Projects.Contains(project) && _paces.GetOrAdd(project, _ => new ParkedPace(_time)).Count())
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
            // Nobody waits for it, and the regular listing comes in any case.
            InventoryLog.NotReached(_logger, e, project);
        }
    }
}
