using Orleans.Concurrency;
using OrleansSie.Grains;
using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Compute;

/// <summary>The only worker in the cluster that lists a project's instances. Its key is the project's id.</summary>
[Alias("sie.IInventoryGrain")]
internal interface IInventoryGrain : IGrainWithStringKey
{
    /// <summary>Activates the worker, which then works on its own.</summary>
    [AlwaysInterleave, Alias("ensure-running")]
    Task EnsureRunning();

    /// <summary>Requests a listing before the next regular one.</summary>
    [AlwaysInterleave, Alias("list-soon")]
    Task ListSoon();
}

/// <summary>
/// Lists one project on a timer of its own while it is active. When its silo dies, the next <see cref="EnsureRunning"/> from any silo
/// activates it again, and it lists at once. Instances are then told again, which changes nothing.
/// </summary>
[GrainType("inventory")]
internal sealed class InventoryGrain : Grain, IInventoryGrain, IDisposable
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _end = new();
    private readonly string _project;
    private readonly InventoryWorker _worker;
    private readonly InventorySchedule _schedule;
    private readonly InventoryMetrics _metrics;
    private readonly ILogger<InventoryGrain> _logger;
    private Task _listing = Task.CompletedTask;

    public InventoryGrain(
        IGrainContext context,
        ComputeApi api,
        IListedInstances instances,
        SieOptions options,
        InventoryMetrics metrics,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<InventoryGrain> logger)
    {
        _project = context.GrainId.Key.ToString()!;
        _worker = new InventoryWorker(
            _project, options.Inventory.Filter, options.Instances.Retention / 4, api, instances, metrics, time, logger);
        _schedule = new InventorySchedule(time, options.Inventory.Interval);
        _metrics = metrics;
        _logger = logger;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await ActivationStart.EndAsync();
        this.RegisterGrainTimer(Look, new GrainTimerCreationOptions(TimeSpan.Zero, _look) { Interleave = true, KeepAlive = true });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _end.CancelAsync();
        await _listing.WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _metrics.Forget(_project);
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    public Task EnsureRunning() => Task.CompletedTask;

    public Task ListSoon()
    {
        _schedule.Ask();
        return Task.CompletedTask;
    }

    /// <summary>The listing runs outside the timer's call, because Orleans waits for running calls before it ends an activation.</summary>
    private Task Look(CancellationToken cancellation)
    {
        if (_listing.IsCompleted && _schedule.IsDue)
        {
            _listing = ListAsync(_end.Token);
        }

        return Task.CompletedTask;
    }

    private async Task ListAsync(CancellationToken cancellation)
    {
        _schedule.Begin();
        try
        {
            _schedule.End(await _worker.ListAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // This activation ends. The next one lists again.
        }
        catch (Exception e)
        {
            // A bug must not stop the listings for good.
            _schedule.End(ListingEnd.Broken);
            InventoryLog.Fault(_logger, e, _project);
        }
    }
}
