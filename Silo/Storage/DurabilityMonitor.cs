using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using Prometheus;
using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>Reads now and then what the store promises, and exports it; a store that may drop counts is an error in the log each time.</summary>
internal sealed class DurabilityMonitor : BackgroundService
{
    private static readonly TimeSpan _untilRead = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _afterwards = TimeSpan.FromMinutes(10);

    private readonly ConfigurationOptions? _client;
    private readonly StorageProvider _provider;
    private readonly Gauge _info;
    private readonly TimeProvider _time;
    private readonly ILogger<DurabilityMonitor> _logger;

    public DurabilityMonitor(
        StoreClient store, SieOptions options, MetricsRegistry metrics, TimeProvider time, ILogger<DurabilityMonitor> logger)
    {
        _client = store.Redis;
        _provider = options.Storage.Provider;
        _info = metrics.Factory.CreateGauge(
            MetricNames.StoreDurability,
            "What the store promises of an acknowledged write; the value is always 1.",
            MetricNames.ProviderLabel,
            MetricNames.AppendFsyncLabel);
        _time = time;
        _logger = logger;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_provider != StorageProvider.redis)
        {
            Show(_provider == StorageProvider.embedded ? AppendFsync.always : AppendFsync.off);
            return;
        }

        var shown = AppendFsync.unknown;
        Show(shown);
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await ReadAsync(_client!, stoppingToken) is { } durability)
            {
                Tell(durability);
                _info.RemoveLabelled(_provider.ToString(), shown.ToString());
                Show(shown = durability.AppendFsync);
            }

            await Task.Delay(shown == AppendFsync.unknown ? _untilRead : _afterwards, _time, stoppingToken);
        }
    }

    private void Show(AppendFsync appendFsync) => _info.WithLabels(_provider.ToString(), appendFsync.ToString()).Set(1);

    private void Tell(StoreDurability durability)
    {
        if (durability.Fault is { } fault)
        {
            StorageLog.StoreFault(_logger, fault);
        }

        if (durability.Warning is { } warning)
        {
            StorageLog.StoreWarning(_logger, warning);
        }

        if (durability.AppendFsync is not AppendFsync.always)
        {
            StorageLog.StoreWeak(_logger, durability.AppendFsync);
        }
    }

    /// <summary>What the store promises, or null while it is away.</summary>
    public static async Task<StoreDurability?> ReadAsync(ConfigurationOptions client, CancellationToken cancel)
    {
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(client.Clone()).WaitAsync(cancel);
            return redis.IsConnected ? await StoreDurabilityCheck.ReadAsync(redis, cancel) : null;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // What it promises stays unknown; the grains tell of the rest.
            return null;
        }
    }
}
