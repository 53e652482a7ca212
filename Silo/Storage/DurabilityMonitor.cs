using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using Prometheus;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Reads regularly what the store promises, and exports it. A store that may drop counts is an error in the log each time. A weak promise, or
/// one that cannot be read, is a warning once, until it changes. A store that does not tell is asked once an hour.
/// </summary>
internal sealed class DurabilityMonitor : BackgroundService
{
    private static readonly TimeSpan _untilRead = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _afterwards = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _untold = TimeSpan.FromHours(1);

    private readonly Func<CancellationToken, Task<StoreDurability?>> _read;
    private readonly StorageProvider _provider;
    private readonly Gauge _info;
    private readonly TimeProvider _time;
    private readonly ILogger<DurabilityMonitor> _logger;

    public DurabilityMonitor(
        StoreClient store, SieOptions options, MetricsRegistry metrics, TimeProvider time, ILogger<DurabilityMonitor> logger)
        : this(store.ReadDurabilityAsync, options.Storage.Provider, metrics, time, logger)
    {
    }

    public DurabilityMonitor(
        Func<CancellationToken, Task<StoreDurability?>> read,
        StorageProvider provider,
        MetricsRegistry metrics,
        TimeProvider time,
        ILogger<DurabilityMonitor> logger)
    {
        _read = read;
        _provider = provider;
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
        var shown = AppendFsync.unknown;
        Show(shown);
        StoreDurability? told = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var durability = await _read(stoppingToken);
            if (durability is not null)
            {
                _info.RemoveLabelled(_provider.ToString(), shown.ToString());
                Show(shown = durability.AppendFsync);
            }

            if (_provider is not StorageProvider.redis)
            {
                return;
            }

            if (durability is not null)
            {
                Tell(durability, isNew: durability != told);
                told = durability;
            }

            await Task.Delay(durability switch { null => _untilRead, { Warning: null } => _afterwards, _ => _untold }, _time, stoppingToken);
        }
    }

    private void Show(AppendFsync appendFsync) => _info.WithLabels(_provider.ToString(), appendFsync.ToString()).Set(1);

    private void Tell(StoreDurability durability, bool isNew)
    {
        if (durability.Fault is { } fault)
        {
            StorageLog.StoreFault(_logger, fault);
        }

        if (isNew && durability.Warning is { } warning)
        {
            StorageLog.StoreWarning(_logger, warning);
        }

        if (isNew && durability.AppendFsync is not (AppendFsync.always or AppendFsync.unknown))
        {
            StorageLog.StoreWeak(_logger, durability.AppendFsync);
        }
    }
}
