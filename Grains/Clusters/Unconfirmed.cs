using System.Diagnostics.CodeAnalysis;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Asks instances about interruptions that wait too long for their confirmation, so that a lost confirmation is made up for in
/// seconds. An instance that does not answer delays the next one by at most a second.
/// </summary>
internal sealed class UnconfirmedAsker
{
    /// <summary>How long a confirmation may take, and how long an instance that could not answer is not asked again.</summary>
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

    /// <summary>The store has acknowledged these. They are not asked for earlier: an instance takes the question for the news that they are counted.</summary>
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
            if (await _grains().GetGrain<IInstanceGrain>(instance).GetStatus(entry.Id) == InterruptionStatus.counted)
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

/// <summary>
/// The counted interruptions that no instance is known to have recorded, and the queue in which their instances are asked: the one that
/// has waited longest first. One whose instance did not confirm goes to the end of the queue.
/// </summary>
internal sealed class Unconfirmed
{
    private readonly Dictionary<UInt128, LinkedListNode<(Entry Entry, TimeSpan From)>> _all = [];
    private readonly LinkedList<(Entry Entry, TimeSpan From)> _queue = new();

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<Entry> All => _all.Values.Select(node => node.Value.Entry);

    /// <summary>Adds one that is not to be asked for yet: the store has not acknowledged it.</summary>
    public void Add(Entry entry) => _all.TryAdd(entry.Digest, new((entry, default)));

    /// <summary>Puts one at the end of the queue, if it is not confirmed.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="from">It is not asked for before this age of the activation.</param>
    public void Queue(Entry entry, TimeSpan from)
    {
        if (_all.TryGetValue(entry.Digest, out var node) && node.List is null)
        {
            node.Value = (entry, from);
            _queue.AddLast(node);
        }
    }

    /// <summary>Takes the first of the queue, if its time has come.</summary>
    public bool TryNext(TimeSpan now, [NotNullWhen(true)] out Entry? entry)
    {
        entry = _queue.First is { } node && node.Value.From <= now ? node.Value.Entry : null;
        if (entry is not null)
        {
            _queue.RemoveFirst();
        }

        return entry is not null;
    }

    /// <summary>Removes one that is confirmed; null if there is none.</summary>
    public Entry? Remove(UInt128 digest)
    {
        if (!_all.Remove(digest, out var node))
        {
            return null;
        }

        node.List?.Remove(node);
        return node.Value.Entry;
    }

    public void Clear()
    {
        _all.Clear();
        _queue.Clear();
    }
}
