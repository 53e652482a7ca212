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
    /// Messages pulled and not settled, for each subscription on each silo. Default: 2000. One stream's consumer may have a quarter of it.
    /// Further messages of the stream wait, leased, beside the capacity. Pulling stops when as many messages wait as this number.
    /// </summary>
    public int QueueCapacity { get; set; } = 2000;

    /// <summary>
    /// The most messages in one batch, 1 to 1000. Default: 256. A batch is what waits for its stream; it is never delayed to fill.
    /// </summary>
    public int MaxBatchMessages { get; set; } = 256;

    /// <summary>The most messages that one Pull asks for, 1 to 1000. Default: 500.</summary>
    public int MaxPullMessages { get; set; } = 500;

    /// <summary>Pull calls in flight for each subscription on each silo. Default: 4.</summary>
    public int ConcurrentPulls { get; set; } = 4;

    /// <summary>
    /// Bytes of messages pulled and not yet settled, for each subscription on each silo. Default: 64 MiB; at least 20 MiB, twice the
    /// largest message, so that one such message never stops the others. Pulling stops above it.
    /// </summary>
    public long MaxBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>
    /// The ack deadline of an unsettled message, renewed after a third of it. Default: 30 s; 10 s to 600 s. It is also the time after which
    /// another silo gets the messages of a dead silo.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The age at which an unsettled message is given up: its lease is no longer renewed. Default: 15 min.</summary>
    public TimeSpan MaxLeaseAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long consumers may take to settle what they have when the silo stops. The rest is nacked, so that other silos get it at once.
    /// Default: 15 s. The host's own shutdown timeout must be longer.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Distinct messages that fail in a row, with no success between them, that open the circuit. Default: 10; at least 2.</summary>
    public int CircuitFailureThreshold { get; set; } = 10;

    /// <summary>
    /// How long an open circuit waits before its first trial. Default: 5 s; doubles up to <see cref="CircuitBreakMax"/> while trials fail.
    /// </summary>
    public TimeSpan CircuitBreakMin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait between two trials. Default: 1 min.</summary>
    public TimeSpan CircuitBreakMax { get; set; } = TimeSpan.FromMinutes(1);
}
