using Orleans.Streaming.PubSub;
using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Compute;

/// <summary>
/// Records in each subscription's mark when this silo last pulled it, at most once a minute, and keeps each project's repairer active. If
/// a repairer's silo dies, the next round activates it elsewhere.
/// </summary>
internal sealed class RepairService : BackgroundService
{
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(10);

    private readonly SieOptions _options;
    private readonly IReadOnlyList<SubscriptionWatch> _watches;
    private readonly RepairMetrics _metrics;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<RepairService> _logger;

    public RepairService(
        SieOptions options,
        PubSubStatus status,
        IGrainFactory grains,
        RepairMetrics metrics,
        IHostApplicationLifetime lifetime,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<RepairService> logger)
    {
        _options = options;
        _metrics = metrics;
        _lifetime = lifetime;
        _time = time;
        _logger = logger;
        _watches =
        [
            .. from target in RepairTarget.Of(options)
               group target.Project by target.Subscription into carried
               from subscription in status.Subscriptions
               where subscription.Subscription == carried.Key
               select new SubscriptionWatch(subscription, [.. carried], options.PubSub.MessageRetention, grains, logger),
        ];
    }

    /// <summary>Why nothing is repaired; null if gaps are.</summary>
    public string? WhyOff =>
        _options.IsLocal ? "local mode has no Compute API"
        : !_options.Repair.Enabled ? "repair.enabled is false"
        : !_options.HasComputeApi ? $"{PubSubOptions.EmulatorVariable} is set and compute.endpoint is not"
        : null;

    /// <summary>One round over all subscriptions, in parallel.</summary>
    public Task RoundAsync(CancellationToken cancellation) => Task.WhenAll(_watches.Select(watch => watch.RoundAsync(cancellation)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _metrics.IsEnabled(WhyOff is null);
        if (WhyOff is { } reason)
        {
            _logger.RepairIsOff(reason);
            return;
        }

        var started = new TaskCompletionSource();
        await using var registration = _lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await RoundAsync(stoppingToken);
            await Task.Delay(_round, _time, stoppingToken);
        }
    }
}

/// <summary>A project and the subscription that carries its interruptions.</summary>
/// <param name="Project">Project id.</param>
/// <param name="Subscription">Full name of the subscription, which may carry other projects too.</param>
internal sealed record RepairTarget(string Project, string Subscription)
{
    /// <summary>One for each configured project.</summary>
    public static IReadOnlyList<RepairTarget> Of(SieOptions options) =>
        [.. options.Projects.Select(project => new RepairTarget(project.Name, project.Subscriptions[^1]))];
}

/// <summary>One subscription that this silo pulls: records its pulls in its mark, and keeps the repairers of its projects active.</summary>
internal sealed class SubscriptionWatch
{
    private static readonly TimeSpan _step = TimeSpan.FromMinutes(1);

    private readonly PubSubSubscriptionStatus _status;
    private readonly IReadOnlyList<string> _projects;
    private readonly TimeSpan _retention;
    private readonly IGrainFactory _grains;
    private readonly ILogger _logger;
    private DateTimeOffset? _told;
    private bool _hasFailed;

    /// <param name="status">The state of its pulls.</param>
    /// <param name="projects">The projects whose interruptions it carries.</param>
    /// <param name="retention">How long it keeps messages.</param>
    /// <param name="grains">Finds the mark and the repairers.</param>
    /// <param name="logger">Gets the first of several failures in a row.</param>
    public SubscriptionWatch(
        PubSubSubscriptionStatus status, IReadOnlyList<string> projects, TimeSpan retention, IGrainFactory grains, ILogger logger)
    {
        _status = status;
        _projects = projects;
        _retention = retention;
        _grains = grains;
        _logger = logger;
    }

    /// <summary>Does what is due. A failure is tried again in the next round, and does not affect other subscriptions.</summary>
    public async Task RoundAsync(CancellationToken cancellation)
    {
        try
        {
            await MarkAsync();
            await Task.WhenAll(_projects.Select(project => _grains.GetGrain<IRepairGrain>(project).EnsureRunning()));
            _hasFailed = false;
        }
        catch (Exception e)
        {
            // The loop must go on. A store or a silo that is down is reported elsewhere too.
            if (!_hasFailed && !cancellation.IsCancellationRequested)
            {
                _logger.RepairRoundFailed(e, _status.Subscription);
            }

            _hasFailed = true;
        }
    }

    private async Task MarkAsync()
    {
        if (_status.LastSuccessfulPull is { } at && (_told is not { } told || (at - told).Duration() >= _step))
        {
            await _grains.GetGrain<IPullMarkGrain>(_status.Subscription).Pulled(at, _retention, _projects);
            _told = at;
        }
    }
}
