namespace Orleans.Streaming.PubSub;

/// <summary>
/// One message that this silo holds a lease of. State, index and times belong to <see cref="HeldLeases"/> and change under its lock.
/// </summary>
internal sealed class PubSubLease(LeaseManager manager, in PulledMessage pulled, long pulledAt)
{
    private readonly DateTimeOffset _publishTime = pulled.Message.PublishTime;
    private readonly int _deliveryAttempt = pulled.Message.DeliveryAttempt;

    public LeaseManager Manager { get; } = manager;

    public string AckId { get; } = pulled.AckId;

    public string MessageId { get; } = pulled.Message.MessageId;

    public int Bytes { get; } = pulled.Bytes;

    public long PulledAt { get; } = pulledAt;

    /// <summary>The item or reason that the decoder returned; null if it threw.</summary>
    public object? Item { get; set; }

    /// <summary>Whether the item is for a stream.</summary>
    public bool IsDelivered { get; set; }

    public LeaseState State { get; set; }

    /// <summary>Its place among the held leases.</summary>
    public int Index { get; set; }

    /// <summary>When it is to be renewed next.</summary>
    public long RenewAt { get; set; }

    /// <summary>When Pub/Sub may deliver the message to someone else.</summary>
    public long EndsAt { get; set; }

    /// <summary>Whether it once ended without a renewal.</summary>
    public bool WasLost { get; set; }

    public PubSubSettlement Settlement(string subscription) =>
        new(subscription, MessageId, _publishTime, _deliveryAttempt, Item, IsDelivered, Bytes);
}
