namespace OrleansSie.Silo.Storage;

/// <summary>
/// Sees to it that the embedded store gives up the room of what has expired: <c>instances.retention</c> after it was last written. Redis
/// does that itself.
/// </summary>
internal sealed class RetentionLoop(StoreClient store, TimeProvider time, ILogger<RetentionLoop> logger) : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(1);

    private bool _hasFailed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (store.Embedded is { } embedded && !stoppingToken.IsCancellationRequested)
        {
            await TryAsync(new EmbeddedRetention(embedded, time), stoppingToken);
            await Task.Delay(_pause, time, stoppingToken);
        }
    }

    private async Task TryAsync(EmbeddedRetention retention, CancellationToken cancel)
    {
        try
        {
            await retention.PassAsync(cancel).WaitAsync(cancel);
            _hasFailed = false;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Whatever it is, nothing but room in the store depends on it. It is told once, until it works again.
            if (!_hasFailed)
            {
                StorageLog.RetentionFailed(logger, RedisFailure.ReasonOf(e));
            }

            _hasFailed = true;
        }
    }
}
