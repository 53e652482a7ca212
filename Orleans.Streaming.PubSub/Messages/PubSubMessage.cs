namespace Orleans.Streaming.PubSub;

/// <summary>
/// One message on its way, leased by this silo until it is settled. It is settled once, from any thread, by whoever is first: its consumer,
/// or the provider where the delivery fails, the lease grows too old or the silo stops. Later verdicts have no effect.
/// </summary>
public sealed class PubSubMessage
{
    private volatile LeaseState _state;

    internal PubSubMessage(LeaseManager manager, in PulledMessage pulled)
    {
        Manager = manager;
        AckId = pulled.AckId;
        Bytes = pulled.Bytes;
        MessageId = pulled.Message.MessageId;
        PublishTime = pulled.Message.PublishTime;
        DeliveryAttempt = pulled.Message.DeliveryAttempt;
    }

    /// <summary>The very object that the decoder returned.</summary>
    public object Item => Decoded!;

    /// <summary>The id that the service gave it when it was published; a redelivery keeps it.</summary>
    public string MessageId { get; }

    /// <summary>When the service took it from its publisher.</summary>
    public DateTimeOffset PublishTime { get; }

    /// <summary>How often it was delivered, from 1; 0 where the subscription has no dead-letter policy.</summary>
    public int DeliveryAttempt { get; }

    /// <summary>Its size on the wire.</summary>
    public int Bytes { get; }

    /// <summary>Whether it is settled, by its consumer or by the provider.</summary>
    public bool IsSettled => _state != LeaseState.Held;

    internal LeaseManager Manager { get; }

    internal string AckId { get; }

    /// <summary>The item or reason that the decoder returned; null if it threw.</summary>
    internal object? Decoded { get; private set; }

    /// <summary>The stream it is for; the default value for a message that is for none.</summary>
    internal StreamId Stream { get; private set; }

    /// <summary>Whether it is for a stream.</summary>
    internal bool IsDelivered { get; private set; }

    /// <summary>What its consumer gave when it acked it. Like all that follows it belongs to <see cref="HeldLeases"/> and changes under its lock.</summary>
    internal object? Result { get; set; }

    internal LeaseState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Its stream's part of the capacity; null if it is for none.</summary>
    internal StreamShare? Share { get; set; }

    /// <summary>The batch in which it was handed out; null while it waits.</summary>
    internal PubSubBatch? Batch { get; set; }

    /// <summary>Its place among the held leases.</summary>
    internal int Index { get; set; }

    internal long PulledAt { get; set; }

    /// <summary>When it is to be renewed next.</summary>
    internal long RenewAt { get; set; }

    /// <summary>When Pub/Sub may deliver the message to someone else.</summary>
    internal long EndsAt { get; set; }

    /// <summary>Whether it once ended without a renewal.</summary>
    internal bool WasLost { get; set; }

    /// <summary>The message has had its effect: it is acknowledged.</summary>
    /// <param name="result">What became of it, handed to the <see cref="IPubSubObserver"/> as it is.</param>
    /// <returns>Whether this call settled it. If not, it was settled before, and may come again.</returns>
    public bool Ack(object? result = null) => Manager.Acknowledge(this, result);

    /// <summary>The message has not had its effect: it is nacked, and comes again.</summary>
    /// <returns>Whether this call settled it.</returns>
    public bool Nack() => Manager.Reject(this);

    /// <inheritdoc/>
    public override string ToString() => $"Pub/Sub message {MessageId}";

    internal void SetDecoded(in PubSubDecoded decoded)
    {
        Decoded = decoded.Item;
        Stream = decoded.Stream;
        IsDelivered = decoded.IsDelivered;
    }

    internal PubSubSettlement Settlement(string subscription) =>
        new(subscription, MessageId, PublishTime, DeliveryAttempt, Decoded, Result, IsDelivered, Bytes);
}
