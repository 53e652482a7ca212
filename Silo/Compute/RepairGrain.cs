using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Compute;

/// <summary>The only worker in the cluster that repairs a project's gaps. Its key is the project's id.</summary>
[Alias("sie.IRepairGrain")]
internal interface IRepairGrain : IGrainWithStringKey
{
    /// <summary>Starts to repair the project's gap if there is one, no attempt runs, and none failed recently. Returns at once.</summary>
    [Alias("ensure-running")]
    Task EnsureRunning();
}

/// <summary>
/// Repairs one project's gaps. A gap is closed when everything that the Compute API knows about it was handed over. Until then it is
/// tried again, by this activation or, if its silo dies, by the next one.
/// </summary>
[GrainType("gap-repair")]
internal sealed class RepairGrain : Grain, IRepairGrain, IDisposable
{
    private static readonly TimeSpan _pauseAfterFailure = TimeSpan.FromMinutes(5);

    private readonly SieOptions _options;
    private readonly ComputeApi _api;
    private readonly RepairMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<RepairGrain> _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;
    private long? _failedAt;
    private string? _toldReason;

    public RepairGrain(
        SieOptions options,
        ComputeApi api,
        RepairMetrics metrics,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<RepairGrain> logger)
    {
        _options = options;
        _api = api;
        _metrics = metrics;
        _time = time;
        _logger = logger;
    }

    private string Project => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await ActivationStart.EndAsync();

    public Task EnsureRunning()
    {
        var isPausing = _failedAt is { } at && _time.GetElapsedTime(at) < _pauseAfterFailure;
        if (_run.IsCompleted && !isPausing && RepairTarget.Of(_options).FirstOrDefault(t => t.Project == Project) is { } target)
        {
            _run = RepairAsync(target.Subscription);
        }

        return Task.CompletedTask;
    }

    /// <summary>Cancels the attempt without waiting for it, so that the silo's stop is not delayed. The gap stays recorded.</summary>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        _metrics.Left(Project);
    }

    public void Dispose() => _stop.Dispose();

    private async Task RepairAsync(string subscription)
    {
        var mark = GrainFactory.GetGrain<IPullMarkGrain>(subscription);
        LostSpan? lost = null;
        try
        {
            lost = await mark.GetLost(Project);
            _metrics.Gap(Project, lost?.Length ?? TimeSpan.Zero);
            if (lost is not null)
            {
                await RepairAsync(mark, lost);
            }
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            // No caller awaits this task, so any failure is reported here. It is tried again.
            Failed(e, subscription, lost);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The gap stays recorded. The next activation starts again.
        }
    }

    private async Task RepairAsync(IPullMarkGrain mark, LostSpan lost)
    {
        var run = new RepairRun(Project, lost, GrainFactory, _metrics);
        if (!await run.RunAsync(_api, _stop.Token))
        {
            _metrics.Ran(Project, RepairResult.partial, _time.GetUtcNow());
            TryLater(lost, "The Compute API says that its list lacks something, such as a zone it cannot reach.");
            return;
        }

        await mark.Repaired(Project, lost.Until);
        _failedAt = null;
        _toldReason = null;
        _metrics.Gap(Project, TimeSpan.Zero);
        _metrics.Ran(Project, RepairResult.complete, _time.GetUtcNow());
        _logger.GapIsRepaired(Project, lost.From, lost.Until, run.New, run.Known, run.Unreadable);
    }

    private void Failed(Exception e, string subscription, LostSpan? lost)
    {
        if (lost is null)
        {
            _failedAt = _time.GetTimestamp();
            _logger.RepairRoundFailed(e, subscription);
            return;
        }

        var fault = e as ComputeException;
        _metrics.Failed(Project, fault?.Error ?? ComputeError.instance);
        _metrics.Ran(Project, RepairResult.failed, _time.GetUtcNow());
        TryLater(lost, fault?.Message ?? $"A grain did not take what was found: {e.Message}");
    }

    /// <summary>Logs each new reason once, not every five minutes.</summary>
    private void TryLater(LostSpan lost, string reason)
    {
        _failedAt = _time.GetTimestamp();
        if (reason != _toldReason)
        {
            _toldReason = reason;
            _logger.GapNotRepaired(Project, lost.From, lost.Until, reason);
        }
    }
}
