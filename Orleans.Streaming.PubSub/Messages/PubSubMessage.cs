namespace Orleans.Streaming.PubSub;

/// <summary>
/// One message that this silo has leased until it is settled. The first call settles it, from any thread: its consumer's, or the provider's
/// when the delivery fails, the lease grows too old or the silo stops. Later calls have no effect.
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

    /// <summary>The same object that the decoder returned.</summary>
    public object Item => Decoded!;

    /// <summary>The id that the service gave it when it was published; a redelivery keeps it.</summary>
    public string MessageId { get; }

    /// <summary>When the service received it from its publisher.</summary>
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

    /// <summary>
    /// What its consumer passed with the ack. This and all that follows belongs to <see cref="HeldLeases"/> and changes under its lock.
    /// </summary>
    internal object? Result { get; set; }

    internal LeaseState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Its stream's share of the capacity; null if it is for no stream.</summary>
    internal StreamShare? Share { get; set; }

    /// <summary>The batch in which it was handed out; null while it waits.</summary>
    internal PubSubBatch? Batch { get; set; }

    /// <summary>Its place among the held leases.</summary>
    internal int Index { get; set; }

    internal long PulledAt { get; set; }

    /// <summary>When it is renewed next.</summary>
    internal long RenewAt { get; set; }

    /// <summary>When Pub/Sub may deliver the message to someone else.</summary>
    internal long EndsAt { get; set; }

    /// <summary>Whether its lease has ever ended without a renewal.</summary>
    internal bool WasLost { get; set; }

    /// <summary>The message has had its effect: acks it.</summary>
    /// <param name="result">The result, passed to the <see cref="IPubSubObserver"/> unchanged.</param>
    /// <returns>Whether this call settled it. If not, it was settled before, and may be delivered again.</returns>
    public bool Ack(object? result = null) => Manager.Acknowledge(this, result);

    /// <summary>The message has not had its effect: nacks it, so that it is delivered again.</summary>
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
