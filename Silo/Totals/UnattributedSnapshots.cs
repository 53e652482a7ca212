using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Silo.Totals;

/// <summary>
/// This silo's copy of the list of unattributed interruptions. The calls also keep each shard active, so that it wakes the
/// instances that wait. Nothing is shown until every shard has answered once. A shard's figures never go back unless it has lost commits.
/// </summary>
internal sealed class UnattributedSnapshots
{
    private static readonly TimeSpan _maxAge = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, UnattributedSnapshot> _shards = [];
    private readonly IGrainFactory _grains;
    private readonly UnattributedSeries _series;
    private readonly KnownEpochs _epochs;
    private readonly TimeProvider _time;
    private readonly ILogger<UnattributedSnapshots> _logger;
    private readonly SharedRefresh _refresh;
    private readonly Lock _lock = new();
    private bool _wasAsked;
    private long _askedAt;

    public UnattributedSnapshots(IGrainFactory grains, UnattributedSeries series, KnownEpochs epochs, TimeProvider time, ILogger<UnattributedSnapshots> logger)
    {
        _grains = grains;
        _series = series;
        _epochs = epochs;
        _time = time;
        _logger = logger;
        _refresh = new SharedRefresh(FetchAsync);
    }

    /// <summary>Brings the copy up to date, or gives up waiting after two seconds.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_wasAsked && _time.GetElapsedTime(_askedAt) < _maxAge)
            {
                return;
            }
        }

        await SharedRefresh.WaitAsync(_refresh.Join(), _time, cancellationToken);
    }

    /// <summary>As <see cref="CatchUpAsync"/>, or gives up waiting after two seconds.</summary>
    public Task ConfirmAsync(CancellationToken cancellationToken) => SharedRefresh.WaitAsync(CatchUpAsync(), _time, cancellationToken);

    /// <summary>Reads every shard again, whatever the copy's age. The copy then holds all that any silo read in this way before this call.</summary>
    /// <returns>Whether every shard answered.</returns>
    public Task<bool> CatchUpAsync() => _refresh.Begin();

    private async Task<bool> FetchAsync(bool confirm)
    {
        var asked = _time.GetTimestamp();
        try
        {
            var answers = await Task.WhenAll(UnattributedShard.Keys.Select(shard => AskAsync(shard, confirm)));
            foreach (var (shard, answer) in UnattributedShard.Keys.Zip(answers))
            {
                _shards[shard] = answer;
                _epochs.Take(KnownEpochs.ReceiverOf(shard), answer.Epoch);
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
            // A scrape must be answered in every state of the cluster: the last complete copy is served.
            _logger.RegisterUnread(e);
            return false;
        }
    }

    private Task<UnattributedSnapshot> AskAsync(string shard, bool confirm) =>
        _grains.GetGrain<IUnattributedGrain>(shard).GetSnapshot(_shards.GetValueOrDefault(shard)?.Version ?? 0, confirm);
}
