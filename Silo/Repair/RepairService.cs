using Orleans.Streaming.PubSub;
using OrleansSie.Grains;
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

    /// <summary>One round over all subscriptions, side by side.</summary>
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
