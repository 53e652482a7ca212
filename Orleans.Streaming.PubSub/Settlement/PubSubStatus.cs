namespace Orleans.Streaming.PubSub;

/// <summary>The state of one Pub/Sub stream provider on this silo, for readiness checks and metrics. Keyed by the provider's name.</summary>
public sealed class PubSubStatus
{
    internal PubSubStatus(string provider, IEnumerable<string> subscriptions)
    {
        Provider = provider;
        Subscriptions = [.. subscriptions.Select(s => new PubSubSubscriptionStatus(s))];
    }

    /// <summary>The provider's name.</summary>
    public string Provider { get; }

    /// <summary>The state of each subscription, in the order of <see cref="PubSubStreamOptions.Subscriptions"/>.</summary>
    public IReadOnlyList<PubSubSubscriptionStatus> Subscriptions { get; }
}

/// <summary>The state of one subscription on this silo. Reads are cheap and need no lock; counters only rise.</summary>
public sealed class PubSubSubscriptionStatus
{
    private readonly Counters _counts = new();
    private long _lastPull;
    private volatile string? _lastError;
    private volatile Func<bool>? _circuitOpen;
    private volatile Func<(DateTimeOffset? OldestPublishTime, int MostAttempts)>? _held;

    internal PubSubSubscriptionStatus(string subscription) => Subscription = subscription;

    /// <summary>The subscription's full name.</summary>
    public string Subscription { get; }

    /// <summary>When a Pull last succeeded, with messages or without; null if none did yet.</summary>
    public DateTimeOffset? LastSuccessfulPull => Volatile.Read(ref _lastPull) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>What is wrong with pulling, and what to do; null while it works.</summary>
    public string? LastError => _lastError;

    /// <summary>Pulls that failed since the last that succeeded.</summary>
    public int ConsecutivePullErrors => Volatile.Read(ref _counts.ConsecutivePullErrors);

    /// <summary>Messages pulled and not settled yet.</summary>
    public int InFlightMessages => Volatile.Read(ref _counts.InFlight);

    /// <summary>Bytes of the messages pulled and not settled yet.</summary>
    public long InFlightBytes => Volatile.Read(ref _counts.InFlightBytes);

    /// <summary>
    /// Of the messages in flight, the oldest time of publishing, null where there are none, and the most deliveries that one has had, 0 where
    /// there is no dead-letter policy. Looks at each message.
    /// </summary>
    public (DateTimeOffset? OldestPublishTime, int MostAttempts) Held => _held?.Invoke() ?? default;

    /// <summary>Whether pulling is stopped because deliveries fail or the gate is closed; true during trials too.</summary>
    public bool CircuitOpen => _circuitOpen?.Invoke() ?? false;

    /// <summary>Messages pulled.</summary>
    public long Pulled => Volatile.Read(ref _counts.Pulled);

    /// <summary>Messages acknowledged.</summary>
    public long Acked => Volatile.Read(ref _counts.Acked);

    /// <summary>Messages nacked, after a failed delivery or at shutdown.</summary>
    public long Nacked => Volatile.Read(ref _counts.Nacked);

    /// <summary>Messages left to expire: too old, or their ack or nack did not get through.</summary>
    public long Expired => Volatile.Read(ref _counts.Expired);

    /// <summary>Renewals of a lease.</summary>
    public long Extended => Volatile.Read(ref _counts.Extended);

    /// <summary>Leases whose renewal failed until they ended; the message may be delivered twice.</summary>
    public long LostLeases => Volatile.Read(ref _counts.LostLeases);

    /// <summary>Pulls that failed.</summary>
    public long PullErrors => Volatile.Read(ref _counts.PullErrors);

    internal void WatchCircuit(Func<bool> isOpen) => _circuitOpen = isOpen;

    internal void WatchHeld(Func<(DateTimeOffset? OldestPublishTime, int MostAttempts)> held) => _held = held;

    internal void OnPulled(int messages, DateTimeOffset now)
    {
        Interlocked.Add(ref _counts.Pulled, messages);
        Volatile.Write(ref _lastPull, now.UtcTicks);
        Volatile.Write(ref _counts.ConsecutivePullErrors, 0);
        _lastError = null;
    }

    internal void OnPullError(string error)
    {
        _lastError = error;
        Interlocked.Increment(ref _counts.ConsecutivePullErrors);
        Interlocked.Increment(ref _counts.PullErrors);
    }

    internal void OnTaken(int messages, long bytes)
    {
        Interlocked.Add(ref _counts.InFlight, messages);
        Interlocked.Add(ref _counts.InFlightBytes, bytes);
    }

    internal void OnReleased(int bytes)
    {
        Interlocked.Decrement(ref _counts.InFlight);
        Interlocked.Add(ref _counts.InFlightBytes, -bytes);
    }

    internal void OnAcked(int messages) => Interlocked.Add(ref _counts.Acked, messages);

    internal void OnNacked(int messages) => Interlocked.Add(ref _counts.Nacked, messages);

    internal void OnExpired(int messages) => Interlocked.Add(ref _counts.Expired, messages);

    internal void OnExtended(int leases) => Interlocked.Add(ref _counts.Extended, leases);

    internal void OnLeaseLost() => Interlocked.Increment(ref _counts.LostLeases);

    /// <summary>The counters, as fields for atomic additions.</summary>
    private sealed class Counters
    {
        public int ConsecutivePullErrors;
        public int InFlight;
        public long InFlightBytes;
        public long Pulled;
        public long Acked;
        public long Nacked;
        public long Expired;
        public long Extended;
        public long LostLeases;
        public long PullErrors;
    }
}
