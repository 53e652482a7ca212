using OrleansSie.Grains;
using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Compute;

/// <summary>
/// Runs on every silo and makes sure that each project has its worker on some silo. If a worker's silo dies, the worker moves within
/// seconds. Neither readiness nor the processing of events waits for it.
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
            // The cluster is changing, or the worker's silo is dying. The other projects still need their workers.
            InventoryLog.NotReached(_logger, e, project);
        }
    }
}

/// <summary>Which projects are listed, or why none is.</summary>
/// <param name="Projects">Project ids; empty if there is a reason.</param>
/// <param name="OffBecause">The reason, for the operator; null if projects are listed.</param>
internal sealed record InventoryPlan(IReadOnlyList<string> Projects, string? OffBecause)
{
    public bool IsOn => OffBecause is null;

    public static InventoryPlan Of(SieOptions options)
    {
        var reason = options switch
        {
            { Inventory.Enabled: false } => "inventory.enabled is false",
            { IsLocal: true } => "local mode has no Compute API",
            { HasComputeApi: false } => "PUBSUB_EMULATOR_HOST is set and compute.endpoint is not",
            _ => null,
        };
        return new InventoryPlan(reason is null ? NamesOf(options) : [], reason);
    }

    private static string[] NamesOf(SieOptions options) => [.. options.Projects.Select(p => p.Name).Distinct(StringComparer.Ordinal)];
}
