using OrleansSie.Grains;
using OrleansSie.Silo.Storage;

namespace OrleansSie.Silo.Totals;

/// <summary>
/// Keeps the copy of all counts current between scrapes. At start it tries until the first copy is complete, so that the first scrape finds
/// it. Later it refreshes every ten seconds, so that readiness does not depend on scrapes, and the store confirms the copy: while the cluster
/// was changing, activations that the other silos do not know may have answered this silo.
/// </summary>
internal sealed class SnapshotLoop : BackgroundService
{
    private static readonly TimeSpan _untilFirst = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _afterwards = TimeSpan.FromSeconds(10);

    private readonly ClusterSnapshots _snapshots;
    private readonly UnattributedSnapshots _unattributed;
    private readonly NodeSnapshots _nodes;
    private readonly StoreHealth _store;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;

    public SnapshotLoop(
        ClusterSnapshots snapshots,
        UnattributedSnapshots unattributed,
        NodeSnapshots nodes,
        StoreHealth store,
        IHostApplicationLifetime lifetime,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time)
    {
        _snapshots = snapshots;
        _unattributed = unattributed;
        _nodes = nodes;
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
                await _unattributed.ConfirmAsync(stoppingToken);
                await _nodes.ConfirmAsync(stoppingToken);
            }

            // This does nothing if the confirmation has just succeeded.
            await _snapshots.RefreshAsync(stoppingToken);
            await _unattributed.RefreshAsync(stoppingToken);
            await _nodes.RefreshAsync(stoppingToken);
            await Task.Delay(_snapshots.CurrentAt is null ? _untilFirst : _afterwards, _time, stoppingToken);
        }
    }
}
