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
    private readonly Pace _rounds;
    private readonly ILogger<ClusterIndexGrain> _logger;
    private readonly long _generation;
    private readonly string _name = Guid.NewGuid().ToString("n");
    private Task<bool>? _claim;
    private long _sequence;
    private bool _hasAskedAll;
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
        _rounds = new Pace(time, _round);
        _logger = logger;
        _generation = time.GetUtcNow().UtcTicks;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await ActivationStart.EndAsync();
        this.RegisterGrainTimer(AskAllAsync, new GrainTimerCreationOptions(TimeSpan.Zero, _retry) { Interleave = true });
    }

    public async Task Report(ClusterSnapshot snapshot)
    {
        await LoadAsync();
        if (_rows.TryGetValue(snapshot.Key, out var row) && snapshot.Version < row.Snapshot.Version)
        {
            // Late, or from a store that went back: the cluster is asked within a second.
            _rounds.Hasten();
        }

        Take(snapshot);
        if (!_durableNames.Contains(snapshot.Key))
        {
            _state.ThrowIfPoisoned();
            _state.Value.Clusters.Add(snapshot.Key);
            await _commit.CommitAsync();
        }
    }

    public async Task<ClusterChanges?> GetChanges(long generation, long sequence, bool confirm)
    {
        await LoadAsync();
        if (!(confirm ? await IsClaimedAsync() : _hasAskedAll))
        {
            return null;
        }

        var since = generation == _generation ? sequence : 0;
        var changed = _rows.Values.Where(r => r.Sequence > since).Select(r => r.Snapshot).ToList();
        var changes = new ClusterChanges(_generation, _sequence, changed);
        if (confirm)
        {
            // The look confirms what was there before it; reports go on meanwhile.
            await LeaveIfBehindAsync();
        }

        return changes;
    }

    /// <summary>
    /// Whether this activation's counts are as new as any that were confirmed before. Once it has claimed the record, those of another one
    /// are confirmed no more; what was confirmed until then, the store knows, by which the clusters confirm their counts to this one.
    /// </summary>
    private Task<bool> IsClaimedAsync()
    {
        if (_claim is null or { IsCompleted: true } and not { IsCompletedSuccessfully: true, Result: true })
        {
            _claim = ClaimAsync();
        }

        return _claim;
    }

    private async Task<bool> ClaimAsync()
    {
        _state.ThrowIfPoisoned();
        _state.Value.Owner = _name;
        await _commit.CommitAsync();
        var all = await AskClustersAsync(confirm: true);
        _hasAskedAll |= all;
        return all;
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

    /// <summary>Takes a cluster's newer counts. Less than before under any labels: the store has lost commits, and its truth is served.</summary>
    private void Take(ClusterSnapshot snapshot)
    {
        if (_rows.TryGetValue(snapshot.Key, out var row))
        {
            if (snapshot.Version <= row.Snapshot.Version)
            {
                return;
            }

            if (snapshot.HasLost(row.Snapshot))
            {
                _logger.StoreRolledBack(snapshot.Key, snapshot.Version, row.Snapshot.Version);
            }
        }

        _rows[snapshot.Key] = (snapshot, ++_sequence);
    }

    private async Task AskAllAsync(CancellationToken cancellationToken)
    {
        if (_isAsking || !_rounds.IsDue)
        {
            return;
        }

        _isAsking = true;
        try
        {
            await LoadAsync();
            await LeaveIfBehindAsync();
            var all = await AskClustersAsync(confirm: false);
            _hasAskedAll |= all;
            if (all)
            {
                _rounds.Start();
            }
            else
            {
                _rounds.Hasten();
            }
        }
        catch (Exception e)
        {
            // Whatever the store throws: the timer tries again.
            _logger.RoundFailed(e);
        }
        finally
        {
            _isAsking = false;
        }
    }

    private async Task<bool> AskClustersAsync(bool confirm)
    {
        var all = true;
        foreach (var names in _state.Value.Clusters.ToArray().Chunk(Parallelism))
        {
            all &= (await Task.WhenAll(names.Select(name => AskAsync(name, confirm)))).All(answered => answered);
        }

        return all;
    }

    /// <summary>
    /// Another activation may have written names after this one read them, or claimed the record, while the cluster was changing: then this
    /// one must not go on answering.
    /// </summary>
    private async Task LeaveIfBehindAsync()
    {
        var (owner, isClaiming) = (_state.Value.Owner, _claim is { IsCompleted: false });
        var stored = await _state.ReadStoredAsync();
        var isOthers = !isClaiming && stored.Owner != owner && stored.Owner != _name;
        if (isOthers || !stored.Clusters.IsSubsetOf(_state.Value.Clusters))
        {
            throw _state.LeftBehind();
        }
    }

    /// <summary>Asks one cluster. One that cannot answer must not keep the others from being asked.</summary>
    private async Task<bool> AskAsync(string cluster, bool confirm)
    {
        try
        {
            var known = _rows.TryGetValue(cluster, out var row) ? row.Snapshot.Version : 0;
            Take(await GrainFactory.GetGrain<IClusterGrain>(cluster).GetSnapshot(known, confirm));
            return true;
        }
        catch (Exception e)
        {
            _logger.AskClusterFailed(e, cluster);
            return false;
        }
    }
}
