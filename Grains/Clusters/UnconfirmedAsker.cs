using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Asks instances about interruptions that wait too long for their confirmation, so that a confirmation which got lost is made up for in
/// seconds. An instance that does not answer keeps no other from being asked: after a second the next one is.
/// </summary>
internal sealed class UnconfirmedAsker
{
    /// <summary>How long a confirmation may take, and how long an instance has peace that could not answer.</summary>
    public static readonly TimeSpan TooLong = TimeSpan.FromSeconds(10);

    private const int MostInARound = 256;
    private const int MostAtOnce = 32;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly Unconfirmed _unconfirmed;
    private readonly Func<Entry, string> _instanceOf;
    private readonly Action<string> _confirm;
    private readonly Func<IGrainFactory> _grains;
    private readonly ActivationClock _clock;
    private readonly ILogger _logger;
    private int _asking;
    private int _left;

    public UnconfirmedAsker(
        Unconfirmed unconfirmed, Func<Entry, string> instanceOf, Action<string> confirm, Func<IGrainFactory> grains, ActivationClock clock, ILogger logger)
    {
        _unconfirmed = unconfirmed;
        _instanceOf = instanceOf;
        _confirm = confirm;
        _grains = grains;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>The store has acknowledged these. Not before are they asked for: an instance takes the question for the news that they are counted.</summary>
    public void Await(IEnumerable<Entry> counted)
    {
        foreach (var entry in counted)
        {
            _unconfirmed.Queue(entry, _clock.Age + TooLong);
        }
    }

    /// <summary>Begins a round.</summary>
    public void Ask()
    {
        _left = MostInARound;
        while (_asking < MostAtOnce && TryNext(out var entry))
        {
            AskOnAsync(entry!).Ignore();
        }
    }

    private bool TryNext(out Entry? entry)
    {
        entry = null;
        return _left > 0 && _unconfirmed.TryNext(_clock.Age, out entry) && _left-- > 0;
    }

    private async Task AskOnAsync(Entry? entry)
    {
        _asking++;
        for (; entry is not null; TryNext(out entry))
        {
            await Task.WhenAny(AskAsync(entry), Task.Delay(_patience, TimeProvider.System));
        }

        _asking--;
    }

    private async Task AskAsync(Entry entry)
    {
        var instance = entry.Instance;
        try
        {
            instance = _instanceOf(entry);
            if (await _grains().GetGrain<IInstanceGrain>(instance).GetStanding(entry.Id) == InterruptionStanding.counted)
            {
                _confirm(entry.Id);
            }
        }
        catch (Exception e)
        {
            // One instance that cannot answer, for whatever reason, must not keep the others from being asked.
            _logger.AskFailed(e, instance);
        }

        Await([entry]);
    }
}
