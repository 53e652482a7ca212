namespace OrleansSie.Silo.Storage;

/// <summary>
/// Removes what has expired from the embedded store: records that were not written for <c>instances.retention</c>. Redis does that itself.
/// </summary>
internal sealed class RetentionLoop(StoreClient store, TimeProvider time, ILogger<RetentionLoop> logger) : BackgroundService
{
    private const int MostAtOnce = 250;

    private static readonly TimeSpan _untilNext = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _afterwards = TimeSpan.FromMinutes(1);

    private bool _hasFailed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (store.Embedded is { } embedded && !stoppingToken.IsCancellationRequested)
        {
            await TryAsync(embedded, stoppingToken);
            await Task.Delay(_afterwards, time, stoppingToken);
        }
    }

    private async Task TryAsync(EmbeddedStore embedded, CancellationToken cancel)
    {
        try
        {
            await RemoveExpiredAsync(embedded, cancel).WaitAsync(cancel);
            _hasFailed = false;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // A fault here costs nothing but room in the store. It is logged once, until it works again.
            if (!_hasFailed)
            {
                StorageLog.RetentionFailed(logger, RedisFailure.ReasonOf(e));
            }

            _hasFailed = true;
        }
    }

    /// <summary>Removes all that has expired, a few hundred at a time with a pause between, so that a write waits for no more than that.</summary>
    private async Task RemoveExpiredAsync(EmbeddedStore embedded, CancellationToken cancel)
    {
        while (await embedded.SweepAsync(MostAtOnce) > 0)
        {
            await Task.Delay(_untilNext, time, cancel);
        }
    }
}
