using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Events;

/// <summary>
/// Takes one shard's batches to its dispatcher, a few at once, and settles each message by its own outcome. A message without an outcome
/// goes to its instance directly. While the dispatcher does not answer, all messages go directly, so that no batch waits for it in vain.
/// </summary>
internal sealed class ShardDelivery
{
    /// <summary>How many batches may be on their way at once: one slow instance does not delay the next batch.</summary>
    public const int MaxInFlight = 4;

    /// <summary>How long the next batch waits for the one before it, and grows meanwhile: each batch is a call, however small.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a dispatcher may take; it ends its call after one second by itself.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long everything goes directly after a dispatcher has failed; then one batch tries it again.</summary>
    public static readonly TimeSpan Detour = TimeSpan.FromSeconds(5);

    /// <summary>How long a batch waits for room among the batches of all shards; then it goes directly.</summary>
    public static readonly TimeSpan PatienceForRoom = TimeSpan.FromSeconds(5);

    private readonly List<Task> _inFlight = new(MaxInFlight);
    private readonly long _shard;
    private readonly Func<IReadOnlyList<InstanceEvent>, Task<IReadOnlyList<Outcome>>> _dispatch;
    private readonly DispatchRoom _room;
    private readonly DirectDeliveries _direct;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _isAway;
    private bool _isReported;
    private long _triedAt;

    public ShardDelivery(
        long shard,
        Func<IReadOnlyList<InstanceEvent>, Task<IReadOnlyList<Outcome>>> dispatch,
        DispatchRoom room,
        DirectDeliveries direct,
        TimeProvider time,
        ILogger logger)
    {
        _shard = shard;
        _dispatch = dispatch;
        _room = room;
        _direct = direct;
        _time = time;
        _logger = logger;
    }

    /// <summary>Takes over a batch. It ends when the next batch may come, not when this one is settled.</summary>
    public async Task TakeAsync(PubSubBatch batch)
    {
        var messages = batch.Messages;
        for (ForgetEnded(); _inFlight.Count >= MaxInFlight; ForgetEnded())
        {
            await Task.WhenAny(_inFlight);
        }

        if (_inFlight.Count > 0 && !_isAway)
        {
            await Task.WhenAny([.. _inFlight, Task.Delay(Turn, _time)]);
        }

        var (mayDispatch, isTrial) = MayDispatch();
        if (isTrial)
        {
            // It takes no room: the room is for batches whose dispatcher is expected to answer.
            _inFlight.Add(DeliverAsync(messages, inRoom: false));
        }
        else if (!mayDispatch || !await _room.EnterAsync(messages.Count, PatienceForRoom, _time))
        {
            Settle(messages, outcomes: null);
        }
        else if (_isAway)
        {
            // The dispatcher failed while this batch waited.
            _room.Leave(messages.Count, without: null, TimeSpan.Zero);
            Settle(messages, outcomes: null);
        }
        else
        {
            _inFlight.Add(DeliverAsync(messages, inRoom: true));
        }
    }

    private void ForgetEnded() => _inFlight.RemoveAll(static delivery => delivery.IsCompleted);

    private async Task DeliverAsync(IReadOnlyList<PubSubMessage> messages, bool inRoom)
    {
        var begun = _time.GetTimestamp();
        var outcomes = await DispatchAsync(messages, isTrial: !inRoom);
        if (inRoom)
        {
            _room.Leave(messages.Count, outcomes?.Count(static outcome => outcome == Outcome.none), _time.GetElapsedTime(begun));
        }

        Settle(messages, outcomes);
    }

    private void Settle(IReadOnlyList<PubSubMessage> messages, IReadOnlyList<Outcome>? outcomes)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (outcomes is not null && outcomes[i] != Outcome.none)
            {
                messages[i].Ack(OutcomeResult.Of(outcomes[i]));
            }
            else
            {
                _direct.Take(messages[i]);
            }
        }
    }

    private (bool MayDispatch, bool IsTrial) MayDispatch()
    {
        if (!_isAway)
        {
            return (true, false);
        }

        if (_time.GetElapsedTime(_triedAt) < Detour)
        {
            return (false, false);
        }

        // This batch tries the dispatcher again; batches that come meanwhile go directly.
        _triedAt = _time.GetTimestamp();
        return (true, true);
    }

    /// <summary>An outcome for each message; null if the dispatcher did not answer.</summary>
    private async Task<IReadOnlyList<Outcome>?> DispatchAsync(IReadOnlyList<PubSubMessage> messages, bool isTrial)
    {
        try
        {
            var events = new InstanceEvent[messages.Count];
            for (var i = 0; i < events.Length; i++)
            {
                events[i] = (InstanceEvent)messages[i].Item;
            }

            var outcomes = await _dispatch(events).WaitAsync(Patience, _time);
            if (outcomes.Count != events.Length)
            {
                throw new InvalidOperationException($"{outcomes.Count} outcomes came for {events.Length} events.");
            }

            _isAway = _isReported = false;
            return outcomes;
        }
        catch (Exception e)
        {
            // Any fault here concerns the way over the dispatcher: the instances may still be reachable. One failure is no news, as when the
            // first call of a process is slow; that the next try fails too is.
            if (isTrial && !_isReported)
            {
                _isReported = true;
                _logger.DispatcherAway(e, _shard);
            }

            _isAway = true;
            _triedAt = _time.GetTimestamp();
            return null;
        }
    }
}

/// <summary>Outcomes as the results of messages: one object for each, not one for each message.</summary>
internal static class OutcomeResult
{
    private static readonly object[] _all = [.. Enumerable.Range(0, (int)Enum.GetValues<Outcome>().Max() + 1).Select(i => (object)(Outcome)i)];

    /// <summary>The outcome in its box. An outcome that only a newer version knows gets a new box.</summary>
    public static object Of(Outcome outcome) => (uint)outcome < (uint)_all.Length ? _all[(int)outcome] : outcome;
}
