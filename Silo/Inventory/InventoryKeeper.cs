using OrleansSie.Grains;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Inventory;

/// <summary>
/// Runs on every silo: sees to it that each project has its worker somewhere, so that the death of a worker's silo moves it within
/// seconds. Nothing waits for it, neither readiness nor the path of events.
/// </summary>
internal sealed class InventoryKeeper : BackgroundService
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(10);

    private readonly InventoryPlan _plan;
    private readonly IGrainFactory _grains;
    private readonly InventoryMetrics _metrics;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<InventoryKeeper> _logger;

    public InventoryKeeper(
        InventoryPlan plan,
        IGrainFactory grains,
        InventoryMetrics metrics,
        IHostApplicationLifetime lifetime,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<InventoryKeeper> logger)
    {
        _plan = plan;
        _grains = grains;
        _metrics = metrics;
        _lifetime = lifetime;
        _time = time;
        _logger = logger;
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _metrics.Enabled(_plan.IsOn);
        if (_plan.OffBecause is { } reason)
        {
            InventoryLog.Off(_logger, reason);
        }

        return _plan.IsOn ? base.StartAsync(cancellationToken) : Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        await using var registration = _lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(_plan.Projects.Select(project => EnsureAsync(project, stoppingToken)));
            await Task.Delay(_period, _time, stoppingToken);
        }
    }

    private async Task EnsureAsync(string project, CancellationToken cancellation)
    {
        try
        {
            await _grains.GetGrain<IInventoryGrain>(project).EnsureRunning().WaitAsync(_period, _time, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // The cluster is changing, or the worker's silo is dying: one project must not keep the others from being looked after.
            InventoryLog.NotReached(_logger, e, project);
        }
    }
}
