using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansSie.Grains.Instances;
using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>Sees to it that the records of instances leave the store when they have not been written for <c>instances.retention</c>.</summary>
internal sealed class RetentionLoop : BackgroundService
{
    private readonly Func<CancellationToken, Task<int>>? _pass;
    private readonly TimeSpan _pause;
    private readonly TimeProvider _time;
    private readonly ILogger<RetentionLoop> _logger;
    private bool _hasFailed;

    public RetentionLoop(
        StoreClient store, IOptions<ClusterOptions> cluster, AttributionSettings settings, TimeProvider time, ILogger<RetentionLoop> logger)
    {
        var serviceId = cluster.Value.ServiceId;
        var prefix = $"{serviceId}/state/instance/";
        (_pass, _pause) = store switch
        {
            { Embedded: { } embedded } => (new EmbeddedRetention(embedded, time).PassAsync, TimeSpan.FromMinutes(1)),
            { Redis: { } redis } => (new RedisRetention(redis, serviceId, prefix, settings.Retention).PassAsync, TimeSpan.FromMinutes(10)),
            _ => (default(Func<CancellationToken, Task<int>>), Timeout.InfiniteTimeSpan),
        };
        _time = time;
        _logger = logger;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_pass is not null && !stoppingToken.IsCancellationRequested)
        {
            await TryAsync(_pass, stoppingToken);
            await Task.Delay(_pause, _time, stoppingToken);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task<int>> pass, CancellationToken cancel)
    {
        try
        {
            if (await pass(cancel).WaitAsync(cancel) is > 0 and var dated)
            {
                StorageLog.RecordsDated(_logger, dated);
            }

            _hasFailed = false;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Whatever its client throws, nothing but room in the store depends on it. It is told once, until it works again.
            if (!_hasFailed)
            {
                StorageLog.RetentionFailed(_logger, Reason(e));
            }

            _hasFailed = true;
        }
    }

    private static string Reason(Exception failure) => failure is RedisServerException
        ? $"{RedisFailure.ReasonOf(failure)}; allow SCAN, PTTL, EXPIRE and SET on the keys of clustering.service_id"
        : RedisFailure.ReasonOf(failure);
}
