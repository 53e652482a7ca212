using OrleansSie.Silo.LocalPubSub.Protocol;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>
/// The messages of one subscription and their leases: a state machine without clock, threads or waiting. No operation scans the backlog:
/// its cost is the number of messages it touches, times the logarithm of the leases held.
/// </summary>
internal sealed class Backlog
{
    /// <summary>
    /// About this many bytes are handed out at once. With ids and names this stays below the 20 MiB that Google's clients accept.
    /// </summary>
    public const int MaxPullBytes = 19 * 1024 * 1024;

    private readonly RedeliveryPolicy _policy;
    private readonly Queue<Delivery> _available = new();
    private readonly SortedSet<Delivery> _timed = new(Comparer<Delivery>.Create(ByDue));
    private readonly Dictionary<string, Delivery> _byNewestAckId = new(StringComparer.Ordinal);

    // Unique across restarts and subscriptions: an ack id of a process that is gone can never ack a message of this one.
    private readonly string _ackIdPrefix = Guid.NewGuid().ToString("N");
    private List<DeadLetter> _dead = [];
    private long _lastAckId;
    private long _order;

    public Backlog(RedeliveryPolicy policy) => _policy = policy;

    /// <summary>At least the number of messages a pull could take now.</summary>
    public int Available => _available.Count;

    /// <summary>Messages neither acked nor dead-lettered.</summary>
    public int Outstanding { get; private set; }

    /// <summary>When the next lease or back-off ends.</summary>
    public TimeSpan? NextDue => _timed.Min?.Due;

    public void Add(PubsubMessage message, TimeSpan now)
    {
        Outstanding++;
        _available.Enqueue(new Delivery(message, _order++, now + _policy.Retention));
    }

    /// <summary>Ends the leases and back-offs that are due.</summary>
    public void Advance(TimeSpan now)
    {
        while (_timed.Min is { } delivery && delivery.Due <= now)
        {
            _timed.Remove(delivery);
            if (delivery.State == DeliveryState.Leased)
            {
                Fail(delivery, delivery.Due);
            }
            else
            {
                MakeAvailable(delivery);
            }
        }
    }

    /// <summary>
    /// Leases up to <paramref name="max"/> available messages, oldest first; for a stream no more than it has room for. Messages whose
    /// retention is over end here.
    /// </summary>
    public IReadOnlyList<ReceivedMessage> Take(int max, TimeSpan now, FlowControl? flow = null)
    {
        var taken = new List<ReceivedMessage>();
        long bytes = 0;
        while (taken.Count < max && flow is not { HasRoom: false } && _available.TryPeek(out var delivery))
        {
            if (delivery.State != DeliveryState.Settled && delivery.Expires <= now)
            {
                End(delivery);
            }

            var settled = delivery.State == DeliveryState.Settled;
            if (!settled && taken.Count > 0 && bytes + delivery.Bytes > MaxPullBytes)
            {
                break;
            }

            _available.Dequeue();
            if (!settled)
            {
                bytes += delivery.Bytes;
                taken.Add(Lease(delivery, now, flow));
            }
        }

        return taken;
    }

    /// <summary>Ends the message for good, unless it was leased again since. An unknown id is ignored.</summary>
    public void Acknowledge(string ackId)
    {
        if (_byNewestAckId.TryGetValue(ackId, out var delivery))
        {
            _timed.Remove(delivery);
            End(delivery);
        }
    }

    /// <summary>Moves a running lease's end. Without a running lease nothing happens. A length of zero fails the delivery.</summary>
    public void ModifyDeadline(string ackId, TimeSpan length, TimeSpan now)
    {
        if (!_byNewestAckId.TryGetValue(ackId, out var delivery) || delivery.State != DeliveryState.Leased)
        {
            return;
        }

        _timed.Remove(delivery);
        if (length == TimeSpan.Zero)
        {
            Fail(delivery, now);
        }
        else
        {
            Schedule(delivery, DeliveryState.Leased, now + length);
        }
    }

    /// <summary>The messages whose attempts are used up, each once.</summary>
    public IReadOnlyList<DeadLetter> TakeDead()
    {
        if (_dead.Count == 0)
        {
            return [];
        }

        var dead = _dead;
        _dead = [];
        return dead;
    }

    private ReceivedMessage Lease(Delivery delivery, TimeSpan now, FlowControl? flow)
    {
        delivery.Holder = flow;
        flow?.Take(delivery.Bytes);
        _byNewestAckId.Remove(delivery.AckId);
        delivery.AckId = $"{_ackIdPrefix}-{++_lastAckId}";
        _byNewestAckId.Add(delivery.AckId, delivery);
        Schedule(delivery, DeliveryState.Leased, now + (flow?.AckDeadline ?? _policy.AckDeadline));
        return new ReceivedMessage
        {
            AckId = delivery.AckId,
            Message = delivery.Message,
            DeliveryAttempt = _policy.CountsAttempts ? delivery.Failures + 1 : 0,
        };
    }

    private void Fail(Delivery delivery, TimeSpan at)
    {
        Release(delivery);
        delivery.Failures++;
        var wait = _policy.BackOff(delivery.Failures);
        if (_policy.IsExhausted(delivery.Failures))
        {
            _dead.Add(new DeadLetter(delivery.Message, delivery.Failures));
            End(delivery);
        }
        else if (wait > TimeSpan.Zero)
        {
            Schedule(delivery, DeliveryState.BackingOff, at + wait);
        }
        else
        {
            MakeAvailable(delivery);
        }
    }

    private void Schedule(Delivery delivery, DeliveryState state, TimeSpan due)
    {
        delivery.State = state;
        delivery.Due = due;
        _timed.Add(delivery);
    }

    private void MakeAvailable(Delivery delivery)
    {
        delivery.State = DeliveryState.Available;
        _available.Enqueue(delivery);
    }

    private void End(Delivery delivery)
    {
        Release(delivery);
        _byNewestAckId.Remove(delivery.AckId);
        delivery.Settle();
        Outstanding--;
    }

    private static void Release(Delivery delivery)
    {
        delivery.Holder?.Release(delivery.Bytes);
        delivery.Holder = null;
    }

    private static int ByDue(Delivery one, Delivery other)
    {
        var due = one.Due.CompareTo(other.Due);
        return due != 0 ? due : one.Order.CompareTo(other.Order);
    }
}
