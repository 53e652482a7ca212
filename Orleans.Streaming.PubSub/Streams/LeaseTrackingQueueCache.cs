using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// The messages that wait for the agent of one queue, by stream, so that a slow or failing stream delays only itself.
/// <see cref="PullBudget"/> limits how many are pulled, so the agent may always read. A stream whose consumer had no room is announced
/// again when it has room. Used on the agent's turns only.
/// </summary>
internal sealed class LeaseTrackingQueueCache : IQueueCache
{
    private readonly Dictionary<StreamId, StreamSlot> _slots = [];
    private readonly List<StreamSlot> _fresh = [];
    private readonly List<StreamSlot> _standing = [];
    private readonly DeliveryCircuit _circuit;
    private readonly int _maxBatch;
    private readonly ILogger _logger;
    private LeaseManager? _leases;
    private long _sequence;

    public LeaseTrackingQueueCache(DeliveryCircuit circuit, PubSubStreamOptions options, ILogger logger)
    {
        _circuit = circuit;
        _maxBatch = options.MaxBatchMessages;
        _logger = logger;
        Refused = new Rejections(logger);
    }

    /// <summary>Used by its cursors to reject messages.</summary>
    internal Rejections Refused { get; }

    /// <summary>
    /// Takes in what was pulled, and returns the streams the agent has to look at: those with new messages, and those that waited for room
    /// and have it now.
    /// </summary>
    /// <param name="pulled">What the puller has, one item for each Pull.</param>
    public IList<IBatchContainer> TakeIn(IEnumerable<PubSubMessage[]> pulled)
    {
        RejectUnread();
        foreach (var messages in pulled)
        {
            TakeIn(messages);
        }

        _standing.RemoveAll(MayMove);
        return _fresh.ConvertAll<IBatchContainer>(static slot => slot.Arrival);
    }

    /// <summary>Whether nothing is to be done until more is pulled.</summary>
    public bool IsAtRest => _fresh.Count == 0 && _standing.Count == 0;

    /// <summary>No limit. Without room the agent would take no turns, and waiting streams would never be announced again.</summary>
    public int GetMaxAddCount() => QueueAdapterConstants.UNLIMITED_GET_QUEUE_MSG;

    public bool IsUnderPressure() => false;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        // The receiver has put them into their slots already.
    }

    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        purgedItems = [];
        return false;
    }

    public QueueCacheCursorResult<IQueueCacheCursor> TryGetCacheCursor(StreamId streamId, StreamSequenceToken? token) =>
        QueueCacheCursorResult<IQueueCacheCursor>.FromCursor(GetCacheCursor(streamId, token));

    /// <summary>The token is ignored: a stream over Pub/Sub cannot be rewound.</summary>
    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        var slot = SlotOf(streamId);
        slot.Cursors++;
        return new LeaseCursor(this, slot);
    }

    /// <summary>What waits for a stream, as far as its consumer has room; null if there is nothing or no room.</summary>
    internal PubSubBatchContainer? NextBatch(StreamSlot slot)
    {
        while (slot.Count > 0)
        {
            var room = RoomOf(slot);
            if (room <= 0)
            {
                StandStill(slot);
                return null;
            }

            if (_leases!.HandOut(slot.Stream, slot.Take(room)) is { } batch)
            {
                return new PubSubBatchContainer(batch, ++_sequence);
            }
        }

        return null;
    }

    /// <summary>Whether this cursor may read. A second consumer's ack would take the message from the first.</summary>
    internal bool IsOnlyConsumer(StreamSlot slot, LeaseCursor cursor)
    {
        slot.WasRead = true;
        slot.Consumer ??= cursor;
        if (slot.Consumer != cursor && !slot.HasSeveralConsumers)
        {
            slot.HasSeveralConsumers = true;
            _leases?.RejectAllOf(slot.Stream);
            _logger.SeveralConsumers(slot.Stream);
        }

        if (slot.HasSeveralConsumers)
        {
            Empty(slot);
        }

        return !slot.HasSeveralConsumers;
    }

    internal void Close(StreamSlot slot, LeaseCursor cursor)
    {
        if (slot.Consumer == cursor)
        {
            slot.Consumer = null;
        }

        if (--slot.Cursors == 0)
        {
            Remove(slot);
        }
    }

    private StreamSlot SlotOf(StreamId stream)
    {
        if (!_slots.TryGetValue(stream, out var slot))
        {
            _slots.Add(stream, slot = new StreamSlot(stream));
        }

        return slot;
    }

    private void TakeIn(PubSubMessage[] messages)
    {
        foreach (var message in messages)
        {
            if (!message.IsSettled)
            {
                _leases = message.Manager;
                var slot = SlotOf(message.Stream);
                slot.Append(message);
                Announce(slot);
            }
        }
    }

    private void Announce(StreamSlot slot)
    {
        if (!slot.IsAnnounced)
        {
            slot.IsAnnounced = true;
            _fresh.Add(slot);
        }
    }

    private void StandStill(StreamSlot slot)
    {
        if (!slot.StandsStill)
        {
            slot.StandsStill = true;
            _standing.Add(slot);
        }
    }

    private bool MayMove(StreamSlot slot)
    {
        if (slot.Cursors > 0 && slot.Count > 0 && RoomOf(slot) <= 0)
        {
            return false;
        }

        slot.StandsStill = false;
        if (slot.Cursors > 0 && slot.Count > 0)
        {
            Announce(slot);
        }

        return true;
    }

    /// <summary>How many messages may go to a stream's consumer now; asked only where some wait.</summary>
    private int RoomOf(StreamSlot slot)
    {
        var leases = _leases!;
        var most = _circuit.State switch
        {
            _ when leases.IsStopping => 0,
            CircuitState.Closed => _maxBatch,
            CircuitState.Trial when leases.HandedOut == 0 => 1,
            _ => 0,
        };
        return most == 0 ? 0 : Math.Min(most, leases.RoomOf(slot.Stream));
    }

    /// <summary>
    /// A stream without a cursor after the agent has taken in its messages has no consumer. The agent remembers such a stream for a while
    /// and would never ask for the messages.
    /// </summary>
    private void RejectUnread()
    {
        foreach (var slot in _fresh)
        {
            slot.IsAnnounced = false;
            if (slot.Cursors == 0 && slot.Count > 0)
            {
                Remove(slot);
            }
        }

        _fresh.Clear();
    }

    private void Remove(StreamSlot slot)
    {
        Empty(slot);
        _slots.Remove(slot.Stream);
    }

    /// <summary>Nacks what waits for a stream: as a failure, unless the silo stops or the consumer just left.</summary>
    private void Empty(StreamSlot slot)
    {
        if (slot.Count == 0)
        {
            return;
        }

        var messages = slot.Take(slot.Count);
        if (slot.HasSeveralConsumers)
        {
            Rejections.Reject(messages);
        }
        else if (slot.WasRead)
        {
            Rejections.Return(messages);
        }
        else
        {
            Refused.RejectUnread(slot.Stream, messages);
        }
    }
}
