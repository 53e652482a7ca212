using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Asks instances about interruptions that wait too long for their confirmation, a few at a time and each in turn, so that what a
/// cluster remembers follows the work in flight even where a confirmation got lost.
/// </summary>
internal sealed class UnconfirmedAsker
{
    private const int MaxAtOnce = 100;
    private static readonly TimeSpan _tooLong = TimeSpan.FromMinutes(2);

    private readonly CountedIds _ids;
    private readonly GroupCommit _commit;
    private readonly Func<IGrainFactory> _grains;
    private readonly ILogger _logger;
    private int _from;

    public UnconfirmedAsker(CountedIds ids, GroupCommit commit, Func<IGrainFactory> grains, ILogger logger)
    {
        _ids = ids;
        _commit = commit;
        _grains = grains;
        _logger = logger;
    }

    /// <summary>One round. Instances that cannot answer are asked again in a later one.</summary>
    /// <param name="now">Unix seconds.</param>
    /// <param name="cancellation">Ends the waiting, not the asking.</param>
    public async Task AskAsync(long now, CancellationToken cancellation)
    {
        var overdue = _ids.UnconfirmedSince(now - (long)_tooLong.TotalSeconds);
        _from = _from < overdue.Count ? _from : 0;
        var asked = overdue.Skip(_from).Take(MaxAtOnce).ToList();
        _from += asked.Count;

        // An instance takes the question for the news that the interruption is counted: so that must be durable.
        await _commit.WhenCoveredAsync().WaitAsync(cancellation);
        await Task.WhenAll(asked.Select(entry => AskAsync(entry.Key, entry.Value))).WaitAsync(cancellation);
    }

    private async Task AskAsync(string id, UnconfirmedId entry)
    {
        try
        {
            if (await _grains().GetGrain<IInstanceGrain>(entry.Instance).GetStanding(id) == InterruptionStanding.counted)
            {
                _ids.Confirm(id);
            }
        }
        catch (Exception e)
        {
            // One instance that cannot answer, for whatever reason, must not keep the others from being asked.
            _logger.AskFailed(e, entry.Instance);
        }
    }
}
