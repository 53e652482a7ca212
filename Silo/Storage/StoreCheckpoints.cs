using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Takes a checkpoint of the embedded store on every tick and once at the end: after each, the append-only file
/// is truncated and old data is compacted, so that disk space and start-up time follow the data, not the history.
/// </summary>
internal sealed class StoreCheckpoints : IAsyncDisposable
{
    private readonly IDatabase _store;
    private readonly ILogger _log;
    private readonly PeriodicTimer _ticks;
    private Task _loop = Task.CompletedTask;

    private StoreCheckpoints(IDatabase store, EmbeddedStoreSettings settings)
    {
        _store = store;
        _log = settings.Logging.CreateLogger<StoreCheckpoints>();
        _ticks = new PeriodicTimer(settings.CheckpointInterval, settings.Time);
    }

    /// <summary>Begins; the first checkpoint is due after one interval.</summary>
    public static StoreCheckpoints Start(IDatabase store, EmbeddedStoreSettings settings)
    {
        var checkpoints = new StoreCheckpoints(store, settings);
        checkpoints._loop = checkpoints.RunAsync();
        return checkpoints;
    }

    /// <summary>Ends the ticks and takes the last checkpoint.</summary>
    public async ValueTask DisposeAsync()
    {
        _ticks.Dispose();
        await _loop;
        await TakeAsync();
    }

    private async Task RunAsync()
    {
        while (await _ticks.WaitForNextTickAsync())
        {
            await TakeAsync();
        }
    }

    /// <summary>A failed checkpoint loses nothing: the append-only file still holds all, so the next tick tries again.</summary>
    private async Task TakeAsync()
    {
        try
        {
            await _store.ExecuteAsync("SAVE");
            StorageLog.CheckpointTaken(_log);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            StorageLog.CheckpointFailed(_log, fault);
        }
    }
}
