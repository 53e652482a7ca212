namespace Orleans.Streaming.PubSub;

/// <summary>
/// The settings of one Pub/Sub stream provider. They are validated when the silo starts; all faults are reported at once.
/// </summary>
public sealed class PubSubStreamOptions
{
    /// <summary>The subscriptions to take from, by full name (<c>projects/p/subscriptions/s</c>). Default: none; at least one is needed.</summary>
    public IList<string> Subscriptions { get; set; } = [];

    /// <summary>
    /// <c>host:port</c> of an emulator, reached in plain text and without credentials. Default: null, the real service at
    /// <see cref="Endpoint"/>. The variable PUBSUB_EMULATOR_HOST is not read: the host program decides whether to honour it.
    /// </summary>
    public string? EmulatorHost { get; set; }

    /// <summary>The service's address, reached with TLS and application default credentials. Default: <c>https://pubsub.googleapis.com</c>.</summary>
    public string Endpoint { get; set; } = "https://pubsub.googleapis.com";

    /// <summary>
    /// Virtual queues, each with a pulling agent of its own, for each subscription on each silo. Default: 4. A stream whose consumer is
    /// slow to activate holds up the agent which registers it, and not the others.
    /// </summary>
    public int QueuesPerSubscription { get; set; } = 4;

    /// <summary>Messages in delivery in one queue at most. Default: 1000. Times <see cref="QueuesPerSubscription"/> it bounds the messages held for a subscription.</summary>
    public int QueueCapacity { get; set; } = 1000;

    /// <summary>Messages asked for in one Pull at most, 1 to 1000. Default: 500.</summary>
    public int MaxPullMessages { get; set; } = 500;

    /// <summary>Pull calls in flight for each subscription on each silo. Default: 2.</summary>
    public int ConcurrentPulls { get; set; } = 2;

    /// <summary>
    /// Bytes of messages pulled and not yet settled, for each subscription on each silo. Default: 64 MiB; at least 20 MiB, twice the
    /// largest message, so that one such message never stops its neighbours. Pulling stops above it.
    /// </summary>
    public long MaxBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>
    /// The ack deadline given to a message in delivery, renewed after a third of it. Default: 30 s; 10 s to 600 s. It is also the time
    /// after which another silo gets the messages of one that died.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The age at which a message that is still not settled is given up: its lease is renewed no more. Default: 15 min.</summary>
    public TimeSpan MaxLeaseAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a failing delivery is tried again on this silo before the message is nacked. Default: 2 min.</summary>
    public TimeSpan MaxEventDeliveryTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The first pause between two tries of a delivery. Default: 100 ms; it doubles up to <see cref="DeliveryBackoffMax"/>.</summary>
    public TimeSpan DeliveryBackoffMin { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two tries of a delivery. Default: 5 s.</summary>
    public TimeSpan DeliveryBackoffMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the agent remembers a stream that has no messages. Default: 15 s. Shorter costs a handshake, longer costs memory.</summary>
    public TimeSpan StreamInactivityPeriod { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long deliveries in flight may take to end when the silo stops; then what is left is nacked, so that other silos get it at once.
    /// Default: 15 s. The host's own shutdown timeout must be longer.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Distinct streams whose deliveries fail in a row, with no success between them, that open the circuit. Default: 10; at least 2.</summary>
    public int CircuitFailureThreshold { get; set; } = 10;

    /// <summary>How long an opened circuit waits before its first trial. Default: 5 s; doubles up to <see cref="CircuitBreakMax"/> while trials fail.</summary>
    public TimeSpan CircuitBreakMin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait between two trials. Default: 1 min.</summary>
    public TimeSpan CircuitBreakMax { get; set; } = TimeSpan.FromMinutes(1);
}
