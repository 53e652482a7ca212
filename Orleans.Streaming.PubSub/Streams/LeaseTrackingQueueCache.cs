using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// The messages that one queue's agent delivers, by stream, so that a stream that is slow or fails holds up itself alone. Each message is
/// settled with its lease manager the moment its fate is known, not through the agent's pump; that is also why offering the agent no
/// room cannot deadlock. Used on the agent's turns only.
/// </summary>
internal sealed class LeaseTrackingQueueCache : IQueueCache
{
    private readonly Dictionary<StreamId, StreamSlot> _slots = [];
    private readonly List<StreamSlot> _fresh = [];
    private readonly DeliveryCircuit _circuit;
    private readonly int _capacity;
    private readonly int _maxBatch;
    private readonly ILogger _logger;
    private LeaseManager? _leases;
    private int _givenUp;
    private int _outstanding;

    public LeaseTrackingQueueCache(DeliveryCircuit circuit, PubSubStreamOptions options, ILogger logger)
    {
        _circuit = circuit;
        _capacity = options.QueueCapacity;
        _maxBatch = options.MaxPullMessages;
        _logger = logger;
    }

    public int GetMaxAddCount()
    {
        SettleUnread();
        DropGivenUp();
        return _circuit.State switch
        {
            CircuitState.Closed => Math.Clamp(_capacity - _outstanding, 0, _maxBatch),
            CircuitState.Trial => _outstanding == 0 ? 1 : 0,
            _ => 0,
        };
    }

    public bool IsUnderPressure() => _outstanding >= _capacity;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        foreach (var message in messages.Cast<PubSubBatchContainer>())
        {
            if (!_slots.TryGetValue(message.StreamId, out var slot))
            {
                _slots.Add(message.StreamId, slot = new StreamSlot(message.StreamId));
            }

            slot.Append(message);
            _fresh.Add(slot);
            _leases = message.Lease.Manager;
            _outstanding++;
        }
    }

    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        purgedItems = [];
        return false;
    }

    public QueueCacheCursorResult<IQueueCacheCursor> TryGetCacheCursor(StreamId streamId, StreamSequenceToken? token) =>
        QueueCacheCursorResult<IQueueCacheCursor>.FromCursor(GetCacheCursor(streamId, token));

    /// <summary>The token is not looked at: a stream over Pub/Sub cannot be rewound.</summary>
    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        if (!_slots.TryGetValue(streamId, out var slot))
        {
            _slots.Add(streamId, slot = new StreamSlot(streamId));
        }

        slot.Cursors++;
        return new LeaseCursor(this, slot);
    }

    internal void Settle(StreamSlot slot, PubSubBatchContainer message, LeaseState outcome)
    {
        if (message.IsCached)
        {
            slot.Remove(message);
            _outstanding--;
        }

        var leases = message.Lease.Manager;
        switch (outcome)
        {
            case LeaseState.Done:
                leases.Acknowledge(message.Lease);
                break;
            case LeaseState.Failed:
                leases.Reject(message.Lease, slot.Stream);
                _logger.DeliveryFailed(message.MessageId, message.Lease.Manager.Subscription, slot.Stream);
                break;
            default:
                leases.Return(message.Lease);
                break;
        }
    }

    /// <summary>Whether this cursor may read: one consumer a stream, or an ack for one would take the message from another.</summary>
    internal bool IsOnlyConsumer(StreamSlot slot, LeaseCursor cursor)
    {
        slot.WasRead = true;
        slot.Consumer ??= cursor;
        if (slot.Consumer != cursor && !slot.HasSeveralConsumers)
        {
            slot.HasSeveralConsumers = true;
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
            Empty(slot);
            _slots.Remove(slot.Stream);
        }
    }

    /// <summary>
    /// A stream without any cursor once the agent has taken in its messages has no consumer; the agent remembers such a stream for a
    /// while and would never ask for them.
    /// </summary>
    private void SettleUnread()
    {
        foreach (var slot in _fresh)
        {
            if (slot.Cursors == 0 && slot.First is not null)
            {
                Empty(slot);
                _slots.Remove(slot.Stream);
            }
        }

        _fresh.Clear();
    }

    /// <summary>Nacks what is left of a stream; as a failure, unless the silo stops or its consumer just goes away.</summary>
    private void Empty(StreamSlot slot)
    {
        var hadConsumer = slot.WasRead && !slot.HasSeveralConsumers;
        while (slot.First is { } message)
        {
            slot.Remove(message);
            _outstanding--;
            if (hadConsumer || message.Lease.Manager.IsStopping)
            {
                message.Lease.Manager.Return(message.Lease);
            }
            else
            {
                message.Lease.Manager.Reject(message.Lease, slot.Stream);
                if (!slot.WasRead)
                {
                    _logger.NoConsumer(slot.Stream, message.MessageId);
                }
            }
        }
    }

    /// <summary>Frees the room of messages whose leases were given up for their age, also of one in delivery.</summary>
    private void DropGivenUp()
    {
        if (_leases is null || _leases.GivenUp == _givenUp)
        {
            return;
        }

        _givenUp = _leases.GivenUp;
        foreach (var slot in _slots.Values)
        {
            for (var message = slot.First; message is not null;)
            {
                var next = message.Next;
                if (message.Lease.State == LeaseState.TooOld)
                {
                    slot.Remove(message);
                    _outstanding--;
                }

                message = next;
            }
        }
    }
}
