namespace Orleans.Streaming.PubSub;

/// <summary>
/// The unsettled messages of one subscription, and each stream's share of the capacity. Each message leaves once, on the first call. Safe
/// from any thread; no foreign code runs under its lock.
/// </summary>
internal sealed class HeldLeases(int capacity)
{
    private readonly Lock _lock = new();
    private readonly List<PubSubMessage> _held = [];
    private readonly Dictionary<StreamId, StreamShare> _shares = [];
    private readonly int _share = Math.Max(1, capacity / 4);
    private TaskCompletionSource? _emptied;
    private int _waiting;
    private int _handedOut;
    private bool _closed;

    /// <summary>Messages above the shares of their streams. They wait, and take no room from other streams.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Messages that consumers have.</summary>
    public int HandedOut => Volatile.Read(ref _handedOut);

    public void Add(ReadOnlySpan<PubSubMessage> messages)
    {
        lock (_lock)
        {
            foreach (var message in messages)
            {
                message.Index = _held.Count;
                _held.Add(message);
                if (message.IsDelivered)
                {
                    Count(message);
                }
            }
        }
    }

    /// <summary>How many messages of a stream may be handed out now.</summary>
    public int RoomOf(StreamId stream)
    {
        lock (_lock)
        {
            return _shares.TryGetValue(stream, out var share) ? _share - share.HandedOut : _share;
        }
    }

    /// <summary>Hands out the messages that are still held; null if there are none.</summary>
    public PubSubBatch? HandOut(StreamId stream, PubSubMessage[] messages)
    {
        lock (_lock)
        {
            var held = Array.TrueForAll(messages, IsHeld) ? messages : Array.FindAll(messages, IsHeld);
            if (held.Length == 0)
            {
                return null;
            }

            var batch = new PubSubBatch(stream, held);
            foreach (var message in held)
            {
                message.Batch = batch;
                message.Share!.HandedOut++;
            }

            _handedOut += held.Length;
            return batch;
        }
    }

    /// <summary>Removes the message if it is still held. Returns whether it was.</summary>
    public bool TryLeave(PubSubMessage message, LeaseState state, object? result = null)
    {
        lock (_lock)
        {
            if (!IsHeld(message) || _closed)
            {
                return false;
            }

            message.Result = result;
            Remove(message, state);
            return true;
        }
    }

    public PubSubMessage[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _held];
        }
    }

    /// <summary>The oldest time of publishing, null without messages, and the most deliveries that one has had.</summary>
    public (DateTimeOffset? OldestPublishTime, int MostAttempts) Extremes()
    {
        lock (_lock)
        {
            var (oldest, attempts) = (default(DateTimeOffset?), 0);
            foreach (var message in _held)
            {
                oldest = oldest < message.PublishTime ? oldest : message.PublishTime;
                attempts = Math.Max(attempts, message.DeliveryAttempt);
            }

            return (oldest, attempts);
        }
    }

    /// <summary>Completes when none is held.</summary>
    public Task EmptiedAsync()
    {
        lock (_lock)
        {
            if (_held.Count == 0)
            {
                return Task.CompletedTask;
            }

            _emptied ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _emptied.Task;
        }
    }

    /// <summary>From now on no message leaves.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    /// <summary>Adds the leases that are due for renewal, and removes those that are too old.</summary>
    /// <returns>How many have newly ended without a renewal.</returns>
    public int Collect(long now, long oldest, List<PubSubMessage> due, List<PubSubMessage> tooOld)
    {
        var lost = 0;
        lock (_lock)
        {
            for (var i = _held.Count - 1; i >= 0; i--)
            {
                var message = _held[i];
                if (message.PulledAt <= oldest)
                {
                    Remove(message, LeaseState.TooOld);
                    tooOld.Add(message);
                }
                else if (message.RenewAt <= now)
                {
                    lost += message.EndsAt <= now && !message.WasLost ? 1 : 0;
                    message.WasLost |= message.EndsAt <= now;
                    due.Add(message);
                }
            }
        }

        return lost;
    }

    public void Renew(IReadOnlyList<PubSubMessage> messages, long renewAt, long endsAt)
    {
        lock (_lock)
        {
            foreach (var message in messages)
            {
                message.RenewAt = renewAt;
                message.EndsAt = endsAt;
            }
        }
    }

    private static bool IsHeld(PubSubMessage message) => message.State == LeaseState.Held;

    private void Count(PubSubMessage message)
    {
        if (!_shares.TryGetValue(message.Stream, out var share))
        {
            _shares.Add(message.Stream, share = new StreamShare());
        }

        message.Share = share;
        _waiting += ++share.Held > _share ? 1 : 0;
    }

    private void Remove(PubSubMessage message, LeaseState state)
    {
        var last = _held[^1];
        _held[message.Index] = last;
        last.Index = message.Index;
        _held.RemoveAt(_held.Count - 1);
        message.State = state;
        if (message.Share is { } share)
        {
            Discount(message, share);
        }

        if (_held.Count == 0)
        {
            _emptied?.TrySetResult();
        }
    }

    private void Discount(PubSubMessage message, StreamShare share)
    {
        _waiting -= share.Held-- > _share ? 1 : 0;
        if (message.Batch is not null)
        {
            share.HandedOut--;
            _handedOut--;
        }

        if (share.Held == 0)
        {
            _shares.Remove(message.Stream);
        }
    }
}

/// <summary>One stream's share of the capacity. It belongs to <see cref="HeldLeases"/> and changes under its lock.</summary>
internal sealed class StreamShare
{
    /// <summary>Its unsettled messages.</summary>
    public int Held { get; set; }

    /// <summary>The unsettled messages that its consumer has.</summary>
    public int HandedOut { get; set; }
}

/// <summary>The state of a lease. It leaves <see cref="Held"/> once, for exactly one of the others.</summary>
internal enum LeaseState
{
    /// <summary>Waiting for or in delivery; renewed.</summary>
    Held,

    /// <summary>Handled or ignored; to be acknowledged.</summary>
    Done,

    /// <summary>Its delivery failed; to be nacked.</summary>
    Failed,

    /// <summary>Given back before its delivery ended; to be nacked.</summary>
    Returned,

    /// <summary>Given up for its age; left to expire.</summary>
    TooOld,
}
