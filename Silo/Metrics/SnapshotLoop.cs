using OrleansSie.Grains;
using OrleansSie.Silo.Storage;

namespace OrleansSie.Silo.Metrics;

/// <summary>
/// Keeps the copy of all counts current between scrapes: at start until the first is complete, so that the first scrape finds it,
/// and then now and then, so that readiness does not depend on anybody scraping. Then the store confirms it: where the cluster was
/// changing, a silo may be answered by activations of which the others know nothing.
/// </summary>
internal sealed class SnapshotLoop : BackgroundService
{
    private static readonly TimeSpan _untilFirst = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _afterwards = TimeSpan.FromSeconds(10);

    private readonly ClusterSnapshots _snapshots;
    private readonly ParkedSnapshots _parked;
    private readonly StoreHealth _store;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;

    public SnapshotLoop(
        ClusterSnapshots snapshots,
        ParkedSnapshots parked,
        StoreHealth store,
        IHostApplicationLifetime lifetime,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time)
    {
        _snapshots = snapshots;
        _parked = parked;
        _store = store;
        _lifetime = lifetime;
        _time = time;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        await using var registration = _lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            if (_snapshots.CurrentAt is not null && _store.IsOpen)
            {
                await _snapshots.ConfirmAsync(stoppingToken);
                await _parked.ConfirmAsync(stoppingToken);
            }

            // Nothing where that has succeeded.
            await _snapshots.RefreshAsync(stoppingToken);
            await _parked.RefreshAsync(stoppingToken);
            await Task.Delay(_snapshots.CurrentAt is null ? _untilFirst : _afterwards, _time, stoppingToken);
        }
    }
}
