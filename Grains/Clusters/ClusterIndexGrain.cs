using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Knows every cluster's name durably and its counts in memory. Clusters report to it; it asks all of them when it starts and
/// then every <see cref="_round"/>, so a report that was lost is made up for. Until it has heard from all it answers nothing.
/// </summary>
[GrainType("cluster-index")]
internal sealed class ClusterIndexGrain : Grain, IClusterIndexGrain
{
    private const int Parallelism = 64;
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(1);

    private readonly DurableState<ClusterIndexState> _state;
    private readonly GroupCommit _commit;
    private readonly Dictionary<string, (ClusterSnapshot Snapshot, long Sequence)> _rows = [];
    private readonly HashSet<string> _durableNames = [];
    private readonly TimeProvider _time;
    private readonly ILogger<ClusterIndexGrain> _logger;
    private readonly long _generation;
    private long _sequence;
    private DateTimeOffset _askedAllAt = DateTimeOffset.MinValue;
    private bool _isAsking;
    private bool _areNamesRead;

    public ClusterIndexGrain(
        [FromKeyedServices(StateStore.Name)] IGrainStorage storage,
        IGrainContext context,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<ClusterIndexGrain> logger)
    {
        _state = new DurableState<ClusterIndexState>("cluster-index", context, storage);
        _commit = new GroupCommit(WriteAsync);
        _time = time;
        _logger = logger;
        _generation = time.GetUtcNow().UtcTicks;
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(AskAllAsync, new GrainTimerCreationOptions(TimeSpan.Zero, _retry) { Interleave = true });
        return Task.CompletedTask;
    }

    public async Task Report(ClusterSnapshot snapshot)
    {
        await LoadAsync();
        Take(snapshot);
        if (!_durableNames.Contains(snapshot.Key))
        {
            _state.ThrowIfPoisoned();
            _state.Value.Clusters.Add(snapshot.Key);
            await _commit.CommitAsync();
        }
    }

    public async Task<ClusterChanges?> GetChanges(long generation, long sequence)
    {
        await LoadAsync();
        if (_askedAllAt == DateTimeOffset.MinValue)
        {
            return null;
        }

        var since = generation == _generation ? sequence : 0;
        var changed = _rows.Values.Where(r => r.Sequence > since).Select(r => r.Snapshot).ToList();
        return new ClusterChanges(_generation, _sequence, changed);
    }

    private async Task LoadAsync()
    {
        await _state.LoadAsync();
        if (!_areNamesRead)
        {
            _areNamesRead = true;
            _durableNames.UnionWith(_state.Value.Clusters);
        }
    }

    private async Task WriteAsync()
    {
        var names = _state.Value.Clusters.ToArray();
        await _state.WriteAsync();
        _durableNames.UnionWith(names);
    }

    private void Take(ClusterSnapshot snapshot)
    {
        if (!_rows.TryGetValue(snapshot.Key, out var row) || snapshot.Version > row.Snapshot.Version)
        {
            _rows[snapshot.Key] = (snapshot, ++_sequence);
        }
    }

    /// <summary>A cluster that answers, on request, with less than it reported: the store has lost commits, and its truth is served.</summary>
    private void TakeAnswer(ClusterSnapshot answer, long known)
    {
        if (answer.Version < known && _rows.TryGetValue(answer.Key, out var row) && row.Snapshot.Version == known)
        {
            _logger.StoreRolledBack(answer.Key, answer.Version, known);
            _rows[answer.Key] = (answer, ++_sequence);
            return;
        }

        Take(answer);
    }

    private async Task AskAllAsync(CancellationToken cancellationToken)
    {
        if (_isAsking || _time.GetUtcNow() - _askedAllAt < _round)
        {
            return;
        }

        _isAsking = true;
        try
        {
            await LoadAsync();
            foreach (var names in _state.Value.Clusters.ToArray().Chunk(Parallelism))
            {
                await Task.WhenAll(names.Select(AskAsync));
            }

            _askedAllAt = _time.GetUtcNow();
        }
        catch (Exception e)
        {
            // One cluster that cannot answer must not end the round for good: the timer tries again.
            _logger.RoundFailed(e);
        }
        finally
        {
            _isAsking = false;
        }
    }

    private async Task AskAsync(string cluster)
    {
        var known = _rows.TryGetValue(cluster, out var row) ? row.Snapshot.Version : 0;
        TakeAnswer(await GrainFactory.GetGrain<IClusterGrain>(cluster).GetSnapshot(known), known);
    }
}
