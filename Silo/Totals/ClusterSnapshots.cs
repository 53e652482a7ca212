using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Silo.Logging;
using OrleansSie.Silo.Storage;

namespace OrleansSie.Silo.Totals;

/// <summary>
/// This silo's copy of all cluster counts. A scrape refreshes it if it is older than <see cref="_maxAge"/> and waits two seconds at most;
/// then the last copy is served. A cluster's counts never go back here, unless the cluster itself confirms that the store has lost commits,
/// and the store is still the same one. A cluster that the index no longer names is removed by the same rule.
/// </summary>
internal sealed class ClusterSnapshots
{
    private static readonly TimeSpan _maxAge = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, ClusterSnapshot> _clusters = [];
    private readonly IGrainFactory _grains;
    private readonly ClusterSeries _series;
    private readonly GrainMetrics _grainMetrics;
    private readonly StoreHealth _store;
    private readonly KnownEpochs _epochs;
    private readonly TimeProvider _time;
    private readonly ILogger<ClusterSnapshots> _logger;
    private readonly SharedRefresh _refresh;
    private long _generation;
    private long _sequence;
    private long _currentAt;

    public ClusterSnapshots(
        IGrainFactory grains,
        ClusterSeries series,
        GrainMetrics grainMetrics,
        StoreHealth store,
        KnownEpochs epochs,
        TimeProvider time,
        ILogger<ClusterSnapshots> logger)
    {
        _grains = grains;
        _series = series;
        _grainMetrics = grainMetrics;
        _store = store;
        _epochs = epochs;
        _time = time;
        _logger = logger;
        _refresh = new SharedRefresh(FetchAsync);
    }

    /// <summary>When the copy was last known to be complete and current; null before the first time.</summary>
    public DateTimeOffset? CurrentAt => Volatile.Read(ref _currentAt) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Why the last refresh failed; null if it did not.</summary>
    public string? LastError { get; private set; }

    /// <summary>Brings the copy up to date, or gives up waiting after two seconds.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (CurrentAt is not { } at || _time.GetUtcNow() - at >= _maxAge)
        {
            await SharedRefresh.WaitAsync(_refresh.Join(), _time, cancellationToken);
        }
    }

    /// <summary>As <see cref="CatchUpAsync"/>, or gives up waiting after two seconds.</summary>
    public Task ConfirmAsync(CancellationToken cancellationToken) => SharedRefresh.WaitAsync(CatchUpAsync(), _time, cancellationToken);

    /// <summary>
    /// Reads the counts again, whatever their age. If it succeeds, the copy holds all that any silo read in this way before this call. An
    /// index that was left behind on a silo that was paused or cut off does not confirm its counts. In the index that does, a cluster's
    /// counts never go back.
    /// </summary>
    /// <returns>Whether it succeeded.</returns>
    public Task<bool> CatchUpAsync() => _refresh.Begin();

    private async Task<bool> FetchAsync(bool confirm)
    {
        try
        {
            var asked = _time.GetUtcNow();
            var changes = await _grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key).GetChanges(_generation, _sequence, confirm);
            if (changes is null)
            {
                LastError = "the cluster index has not heard from every cluster yet";
                return false;
            }

            var missing = changes.Generation == _generation ? [] : _clusters.Keys.Except(changes.Clusters.Select(c => c.Key)).ToList();
            if (missing.Count > 0 && !confirm)
            {
                // An index that was left behind may name fewer clusters.
                return await FetchAsync(confirm: true);
            }

            if (missing.Count > 0 && !await LetGoAsync(missing))
            {
                LastError = "the store cannot be read to confirm which clusters are gone";
                return false;
            }

            var behind = 0;
            foreach (var cluster in changes.Clusters)
            {
                behind += await TakeAsync(cluster, confirm) ? 0 : 1;
            }

            if (changes.Clusters.Count > 0 || missing.Count > 0 || CurrentAt is null)
            {
                _series.Show(_clusters.Values);
            }

            if (behind > 0)
            {
                // The next refresh asks from the same point, so that the index names them again.
                LastError = $"{behind} clusters could not confirm their counts";
                return false;
            }

            _generation = changes.Generation;
            _sequence = changes.Sequence;
            Volatile.Write(ref _currentAt, asked.UtcTicks);
            LastError = null;
            return true;
        }
        catch (Exception e)
        {
            // A scrape must be answered in every state of the cluster; the age of the copy is a metric.
            LastError = OneLine.Of(e.Message);
            _logger.SnapshotFailed(e);
            return false;
        }
    }

    /// <summary>Removes clusters that the store no longer holds; false if that cannot be known now.</summary>
    private async Task<bool> LetGoAsync(IReadOnlyList<string> missing)
    {
        // Before the question as well: the index counts each cluster that is gone as a loss, and in a store that was emptied all are gone.
        if (!await _store.IsItselfAsync())
        {
            return false;
        }

        var gone = await _grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key).WhichAreGone(missing);
        if (!await _store.IsItselfAsync())
        {
            return false;
        }

        foreach (var cluster in gone)
        {
            _clusters.Remove(cluster);
            _epochs.Forget(cluster);
        }

        return true;
    }

    /// <summary>
    /// Takes one cluster's counts. False if they are older than the known ones and the cluster cannot be asked, or if the index has yet to
    /// confirm the cluster's answer: another silo could otherwise still get lower counts from the index.
    /// </summary>
    private async Task<bool> TakeAsync(ClusterSnapshot cluster, bool confirm)
    {
        var known = _clusters.GetValueOrDefault(cluster.Key);
        var isOlder = cluster.Version < known?.Version;
        if (isOlder)
        {
            try
            {
                var place = cluster.Place;
                cluster = await _grains.GetGrain<IClusterGrain>(cluster.Key).GetSnapshot(known!.Version, confirm: false) with { Place = place };
                if (cluster.Version < known.Version)
                {
                    return false;
                }

                await _grains.GetGrain<IClusterIndexGrain>(IClusterIndexGrain.Key).Report(cluster);
            }
            catch (Exception e)
            {
                // A cluster that cannot answer must not delay the counts of the others.
                _logger.SnapshotFailed(e);
                return false;
            }
        }

        if (known is not null && cluster.HasLost(known))
        {
            if (!await _store.IsItselfAsync())
            {
                return false;
            }

            _epochs.Forget(cluster.Key);
            _grainMetrics.RolledBack();
            _logger.StoreRolledBack(cluster.Key, cluster.Version, known.Version);
        }

        _clusters[cluster.Key] = cluster;
        _epochs.Take(cluster.Key, cluster.Epoch);
        return !(isOlder && confirm);
    }
}
