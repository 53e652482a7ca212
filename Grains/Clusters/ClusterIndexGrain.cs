using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Knows every cluster's name durably and its counts in memory. Clusters report to it; it asks all of them when it starts and
/// then every <see cref="_round"/>, so a lost report is made up for, and a cluster that the store has lost is found. It gives no answer
/// until all have answered it.
/// </summary>
[GrainType("cluster-index")]
internal sealed class ClusterIndexGrain : Grain, IClusterIndexGrain
{
    private const int Parallelism = 64;
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(1);

    private readonly ClusterNames _names;
    private readonly ClusterRows _rows;
    private readonly HashSet<string> _lost = [];
    private readonly HashSet<string> _unanswered = [];
    private readonly Interval _rounds;
    private readonly GrainMetrics _metrics;
    private readonly ILogger<ClusterIndexGrain> _logger;
    private Task<bool>? _claim;
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
        _rows = new ClusterRows(logger);
        _rounds = new Interval(time, _round);
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

        // Before its counts leave the index: a caller that knows a cluster takes its absence for a loss.
        await _names.AddAsync(snapshot.Key);
        if (snapshot.Version < _rows.VersionOf(snapshot.Key))
        {
            // Late, or from a store that went back: the cluster is asked within a second.
            _rounds.MakeDue();
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

        var changes = _rows.Since(generation, sequence);
        if (confirm)
        {
            // The read confirms what was there before it; reports go on meanwhile.
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
    /// Whether this activation's counts are as new as any that were confirmed before. Once it has claimed the record, the counts of another
    /// one are no longer confirmed; the store holds all that was confirmed until then, and the clusters confirm their counts by the store.
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

    private void Take(ClusterSnapshot snapshot)
    {
        if (_rows.Take(snapshot with { Place = _names.PlaceOf(snapshot.Key) }))
        {
            _lost.Remove(snapshot.Key);
        }
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
            var snapshot = await GrainFactory.GetGrain<IClusterGrain>(cluster).GetSnapshot(_rows.VersionOf(cluster), confirm: true);
            _unanswered.Remove(cluster);
            if (snapshot.IsGone)
            {
                await LetGoAsync(snapshot);
            }
            else
            {
                Take(snapshot);
            }

            return true;
        }
        catch (Exception e)
        {
            _unanswered.Add(cluster);
            _logger.AskClusterFailed(e, cluster);
            return false;
        }
    }

    /// <summary>A cluster that is gone is no longer named.</summary>
    private async Task LetGoAsync(ClusterSnapshot gone)
    {
        await _names.RemoveAsync(gone.Key);
        _rows.Remove(gone.Key);
        TellOf(gone);

        // It may be back: what it reported meanwhile was older than what was known about it.
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

    /// <summary>A loss is logged once, however it is found.</summary>
    private void TellOf(ClusterSnapshot gone)
    {
        if (gone.Version == 0 && _lost.Add(gone.Key))
        {
            _metrics.RolledBack();
            _logger.ClusterLost(gone.Key);
        }
    }
}
