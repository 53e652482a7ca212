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
    /// Messages pulled and not settled, for each subscription on each silo. Default: 2000. One stream may have a quarter of it in the hands
    /// of its consumer; what comes above that for the stream waits, leased, beside the capacity, and pulling stops when as much waits as this.
    /// </summary>
    public int QueueCapacity { get; set; } = 2000;

    /// <summary>Messages in one batch at most, 1 to 1000. Default: 256. A batch is what waits for its stream; it is never waited for.</summary>
    public int MaxBatchMessages { get; set; } = 256;

    /// <summary>Messages asked for in one Pull at most, 1 to 1000. Default: 500.</summary>
    public int MaxPullMessages { get; set; } = 500;

    /// <summary>Pull calls in flight for each subscription on each silo. Default: 4.</summary>
    public int ConcurrentPulls { get; set; } = 4;

    /// <summary>
    /// Bytes of messages pulled and not yet settled, for each subscription on each silo. Default: 64 MiB; at least 20 MiB, twice the
    /// largest message, so that one such message never stops its neighbours. Pulling stops above it.
    /// </summary>
    public long MaxBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>
    /// The ack deadline given to a message that is not settled, renewed after a third of it. Default: 30 s; 10 s to 600 s. It is also the time
    /// after which another silo gets the messages of one that died.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The age at which a message that is still not settled is given up: its lease is renewed no more. Default: 15 min.</summary>
    public TimeSpan MaxLeaseAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long consumers may take to settle what they have when the silo stops; then what is left is nacked, so that other silos get it at once.
    /// Default: 15 s. The host's own shutdown timeout must be longer.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Distinct messages that fail in a row, with no success between them, that open the circuit. Default: 10; at least 2.</summary>
    public int CircuitFailureThreshold { get; set; } = 10;

    /// <summary>How long an opened circuit waits before its first trial. Default: 5 s; doubles up to <see cref="CircuitBreakMax"/> while trials fail.</summary>
    public TimeSpan CircuitBreakMin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait between two trials. Default: 1 min.</summary>
    public TimeSpan CircuitBreakMax { get; set; } = TimeSpan.FromMinutes(1);
}
