using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Knows every cluster's name durably and its counts in memory. Clusters report to it; it asks all of them when it starts and
/// then every <see cref="_round"/>, so a report that was lost is made up for, and a store that lost one is found out. Until it has heard
/// from all it answers nothing.
/// </summary>
[GrainType("cluster-index")]
internal sealed class ClusterIndexGrain : Grain, IClusterIndexGrain
{
    private const int Parallelism = 64;
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(1);

    private readonly ClusterNames _names;
    private readonly Dictionary<string, (ClusterSnapshot Snapshot, long Sequence)> _rows = [];
    private readonly HashSet<string> _lost = [];
    private readonly HashSet<string> _unanswered = [];
    private readonly Pace _rounds;
    private readonly GrainMetrics _metrics;
    private readonly ILogger<ClusterIndexGrain> _logger;
    private Task<bool>? _claim;
    private long _generation = Random.Shared.NextInt64();
    private long _sequence;
    private bool _hasAskedAll;
    private bool _isAsking;

    public ClusterIndexGrain(
        [FromKeyedServices(StateStore.Name)] IGrainStorage storage,
        IGrainContext context,
        GrainMetrics metrics,
        [FromKeyedServices(GrainClock.Name)] TimeProvider time,
        ILogger<ClusterIndexGrain> logger)
    {
        _names = new ClusterNames(context, storage);
        _rounds = new Pace(time, _round);
        _metrics = metrics;
        _logger = logger;
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await ActivationStart.EndAsync();
        this.RegisterGrainTimer(AskAllAsync, new GrainTimerCreationOptions(TimeSpan.Zero, _retry) { Interleave = true });
    }

    public async Task Report(ClusterSnapshot snapshot)
    {
        await _names.LoadAsync();
        if (snapshot.Retired)
        {
            await (_names.Contains(snapshot.Key) ? LetGoAsync(snapshot) : Task.CompletedTask);
            return;
        }

        // Before its counts are told to anybody: who has heard of a cluster takes its absence for a loss.
        await _names.AddAsync(snapshot.Key);
        if (_rows.TryGetValue(snapshot.Key, out var row) && snapshot.Version < row.Snapshot.Version)
        {
            // Late, or from a store that went back: the cluster is asked within a second.
            _rounds.Hasten();
        }

        Take(snapshot);
    }

    public async Task<ClusterChanges?> GetChanges(long generation, long sequence, bool confirm)
    {
        await _names.LoadAsync();
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
            await _names.LeaveIfBehindAsync(IsClaiming);
        }

        return changes;
    }

    public async Task<IReadOnlyList<string>> WhichAreGone(IReadOnlyList<string> clusters)
    {
        await _names.LoadAsync();
        var gone = new List<string>();
        foreach (var names in clusters.Chunk(Parallelism))
        {
            gone.AddRange((await Task.WhenAll(names.Select(async name => await IsGoneAsync(name) ? name : null))).OfType<string>());
        }

        return gone;
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

    private bool IsClaiming() => _claim is { IsCompleted: false };

    private async Task<bool> ClaimAsync()
    {
        await _names.ClaimAsync();
        var all = await AskClustersAsync(_names.Durable);
        _hasAskedAll |= all;
        return all;
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
        _lost.Remove(snapshot.Key);
    }

    private async Task AskAllAsync(CancellationToken cancellationToken)
    {
        var isRound = _rounds.IsDue;
        if (_isAsking || !(isRound || _unanswered.Count > 0))
        {
            return;
        }

        _isAsking = true;
        try
        {
            await _names.LoadAsync();
            await _names.LeaveIfBehindAsync(IsClaiming);
            if (isRound)
            {
                _rounds.Start();
            }

            // Between two rounds only those that did not answer: each question reads a record from the store.
            await AskClustersAsync(isRound ? _names.Durable : _unanswered);
            _hasAskedAll |= _unanswered.Count == 0;
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

    private async Task<bool> AskClustersAsync(IReadOnlyCollection<string> clusters)
    {
        var all = true;
        foreach (var names in clusters.ToArray().Chunk(Parallelism))
        {
            all &= (await Task.WhenAll(names.Select(AskAsync))).All(answered => answered);
        }

        return all;
    }

    /// <summary>Asks one cluster. One that cannot answer must not keep the others from being asked.</summary>
    private async Task<bool> AskAsync(string cluster)
    {
        try
        {
            var known = _rows.TryGetValue(cluster, out var row) ? row.Snapshot.Version : 0;
            var snapshot = await GrainFactory.GetGrain<IClusterGrain>(cluster).GetSnapshot(known, confirm: true);
            _unanswered.Remove(cluster);
            if (snapshot.IsGone)
            {
                await LetGoAsync(snapshot);
                return true;
            }

            Take(snapshot);
            return true;
        }
        catch (Exception e)
        {
            _unanswered.Add(cluster);
            _logger.AskClusterFailed(e, cluster);
            return false;
        }
    }

    /// <summary>A cluster that is gone is named no more. Whoever asks next gets everything, and sees what is missing.</summary>
    private async Task LetGoAsync(ClusterSnapshot gone)
    {
        await _names.RemoveAsync(gone.Key);
        _rows.Remove(gone.Key);
        _generation++;
        TellOf(gone);

        // It may be back: what it reported meanwhile was older than what was known of it.
        var now = await GrainFactory.GetGrain<IClusterGrain>(gone.Key).GetSnapshot(0, confirm: true);
        await (now.IsGone ? Task.CompletedTask : Report(now));
    }

    /// <summary>Whether a cluster is gone; one that is not is named again.</summary>
    private async Task<bool> IsGoneAsync(string cluster)
    {
        var snapshot = await GrainFactory.GetGrain<IClusterGrain>(cluster).GetSnapshot(0, confirm: true);
        if (snapshot.IsGone)
        {
            TellOf(snapshot);
            return true;
        }

        if (!_names.Contains(cluster) && !_lost.Contains(cluster))
        {
            _metrics.RolledBack();
            _logger.ClusterNameLost(cluster);
        }

        await Report(snapshot);
        return false;
    }

    /// <summary>A loss is told once, whoever finds it.</summary>
    private void TellOf(ClusterSnapshot gone)
    {
        if (gone.Version == 0 && _lost.Add(gone.Key))
        {
            _metrics.RolledBack();
            _logger.ClusterLost(gone.Key);
        }
    }
}
