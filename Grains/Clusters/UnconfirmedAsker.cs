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

    // An instance that no longer knows an interruption has lost its record; its message is redelivered for less than this, if at all.
    private static readonly TimeSpan _forgottenAfter = TimeSpan.FromDays(45);

    private readonly CountedIds _ids;
    private readonly Func<IGrainFactory> _grains;
    private readonly ILogger _logger;
    private int _from;

    public UnconfirmedAsker(CountedIds ids, Func<IGrainFactory> grains, ILogger logger)
    {
        _ids = ids;
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
        await Task.WhenAll(asked.Select(entry => AskAsync(entry.Key, entry.Value, now))).WaitAsync(cancellation);
    }

    private async Task AskAsync(string id, UnconfirmedId entry, long now)
    {
        try
        {
            var standing = await _grains().GetGrain<IInstanceGrain>(entry.Instance).GetStanding(id);
            var isForgotten = standing == InterruptionStanding.unknown && entry.At < now - (long)_forgottenAfter.TotalSeconds;
            if (standing == InterruptionStanding.counted || isForgotten)
            {
                _ids.Confirm(id, now);
            }
        }
        catch (Exception e)
        {
            // One instance that cannot answer, for whatever reason, must not keep the others from being asked.
            _logger.AskFailed(e, entry.Instance);
        }
    }
}
