using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Silo.Metrics;

/// <summary>
/// This silo's copy of the register of interruptions without a cluster. Asking also keeps each shard alive, so that it wakes those
/// that wait. Nothing is shown until every shard has answered once, and a shard's figures never go back unless it has lost commits.
/// </summary>
internal sealed class ParkedSnapshots
{
    private static readonly TimeSpan _maxAge = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, ParkedSnapshot> _shards = [];
    private readonly IGrainFactory _grains;
    private readonly AttributionSeries _series;
    private readonly KnownEpochs _epochs;
    private readonly TimeProvider _time;
    private readonly ILogger<ParkedSnapshots> _logger;
    private readonly SharedRefresh _refresh;
    private readonly Lock _lock = new();
    private bool _wasAsked;
    private long _askedAt;

    public ParkedSnapshots(IGrainFactory grains, AttributionSeries series, KnownEpochs epochs, TimeProvider time, ILogger<ParkedSnapshots> logger)
    {
        _grains = grains;
        _series = series;
        _epochs = epochs;
        _time = time;
        _logger = logger;
        _refresh = new SharedRefresh(FetchAsync);
    }

    /// <summary>Brings the copy up to date, or gives up waiting for it.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_wasAsked && _time.GetElapsedTime(_askedAt) < _maxAge)
            {
                return;
            }
        }

        await WaitAsync(_refresh.Join(), cancellationToken);
    }

    /// <summary>As <see cref="CatchUpAsync"/>, or gives up waiting for it.</summary>
    public Task ConfirmAsync(CancellationToken cancellationToken) => WaitAsync(CatchUpAsync(), cancellationToken);

    /// <summary>Reads every shard anew, whatever the copy's age: it then holds all that any silo so read before this call.</summary>
    /// <returns>Whether every shard answered.</returns>
    public Task<bool> CatchUpAsync() => _refresh.Begin();

    private async Task WaitAsync(Task refresh, CancellationToken cancellationToken) =>
        await refresh.WaitAsync(_patience, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<bool> FetchAsync(bool confirm)
    {
        var asked = _time.GetTimestamp();
        try
        {
            var answers = await Task.WhenAll(ParkedShard.Keys.Select(shard => AskAsync(shard, confirm)));
            foreach (var (shard, answer) in ParkedShard.Keys.Zip(answers))
            {
                _shards[shard] = answer;
                _epochs.Take(KnownEpochs.Register(shard), answer.Epoch);
            }

            _series.Take([.. _shards.Values]);
            lock (_lock)
            {
                (_wasAsked, _askedAt) = (true, asked);
            }

            return true;
        }
        catch (Exception e)
        {
            // A scrape must be answered whatever the cluster's state is: the last complete copy is served.
            _logger.RegisterUnread(e);
            return false;
        }
    }

    private Task<ParkedSnapshot> AskAsync(string shard, bool confirm) =>
        _grains.GetGrain<IParkedGrain>(shard).GetSnapshot(_shards.GetValueOrDefault(shard)?.Version ?? 0, confirm);
}
