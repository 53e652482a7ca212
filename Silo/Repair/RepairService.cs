using Orleans.Streaming.PubSub;
using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Repair;

/// <summary>
/// Tells each subscription's mark when this silo last pulled it, once a minute at most, and keeps every project's repairer alive: if the
/// silo of one dies, it is made elsewhere within the next round.
/// </summary>
internal sealed class RepairService : BackgroundService
{
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _step = TimeSpan.FromMinutes(1);

    private readonly SieOptions _options;
    private readonly PubSubStatus _status;
    private readonly IGrainFactory _grains;
    private readonly RepairMetrics _metrics;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<RepairService> _logger;
    private readonly Dictionary<string, DateTimeOffset> _told = [];
    private bool _hasFailed;

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
        _status = status;
        _grains = grains;
        _metrics = metrics;
        _lifetime = lifetime;
        _time = time;
        _logger = logger;
    }

    /// <summary>Why nothing is repaired; null if gaps are.</summary>
    public string? WhyOff =>
        _options.IsLocal ? "local mode has no Compute API"
        : !_options.Repair.Enabled ? "repair.enabled is false"
        : !_options.HasComputeApi ? $"{PubSubOptions.EmulatorVariable} is set and compute.endpoint is not"
        : null;

    /// <summary>One round: the marks, then the repairers. What fails is done again in the next.</summary>
    public async Task RoundAsync(CancellationToken cancellation)
    {
        var targets = RepairTarget.Of(_options);
        try
        {
            foreach (var subscription in targets.GroupBy(t => t.Subscription, t => t.Project))
            {
                await MarkAsync(subscription.Key, [.. subscription]);
            }

            await Task.WhenAll(targets.Select(t => _grains.GetGrain<IRepairGrain>(t.Project).EnsureRunning()));
            _hasFailed = false;
        }
        catch (Exception e)
        {
            // A store or a silo that is away is told of elsewhere too; the loop must outlive it.
            if (!_hasFailed && !cancellation.IsCancellationRequested)
            {
                _logger.RepairRoundFailed(e);
            }

            _hasFailed = true;
        }
    }

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

    private async Task MarkAsync(string subscription, IReadOnlyList<string> projects)
    {
        var status = _status.Subscriptions.FirstOrDefault(s => s.Subscription == subscription);
        if (status?.LastSuccessfulPull is { } at && (!_told.TryGetValue(subscription, out var told) || (at - told).Duration() >= _step))
        {
            await _grains.GetGrain<IPullMarkGrain>(subscription).Pulled(at, _options.PubSub.MessageRetention, projects);
            _told[subscription] = at;
        }
    }
}
