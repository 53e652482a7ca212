namespace Orleans.Streaming.PubSub;

/// <summary>
/// Gets how each message ended, on the silo that pulled it. Optional; taken from the services keyed by the provider's name, else from those
/// without a key. Called from the loops that call Pub/Sub, from several threads at once: do not block, do not throw.
/// </summary>
public interface IPubSubObserver
{
    /// <summary>The message was acknowledged. Called exactly once for each message whose Acknowledge call succeeded.</summary>
    /// <param name="settlement">The message.</param>
    void Settled(in PubSubSettlement settlement);

    /// <summary>The delivery failed, and the message was nacked or left to expire. It will be delivered again.</summary>
    /// <param name="settlement">The message; without an item if its decoder threw.</param>
    void DeliveryFailed(in PubSubSettlement settlement);

    /// <summary>The message was given up before its consumer's ack or nack took effect. It will be delivered again.</summary>
    /// <param name="settlement">The message.</param>
    /// <param name="reason">Why.</param>
    void Abandoned(in PubSubSettlement settlement, PubSubAbandonment reason);
}

/// <summary>One message and how it was decoded, as an observer gets it.</summary>
/// <param name="Subscription">The subscription's full name.</param>
/// <param name="MessageId">The message's id.</param>
/// <param name="PublishTime">When it was published.</param>
/// <param name="DeliveryAttempt">How often it was delivered, from 1; 0 where the subscription has no dead-letter policy.</param>
/// <param name="Item">The same object that the decoder returned, item or reason; null if the decoder threw.</param>
/// <param name="Result">What its consumer passed with the ack; null otherwise.</param>
/// <param name="IsDelivered">Whether it was for a stream; false for an ignored message.</param>
/// <param name="Bytes">Its size on the wire.</param>
public readonly record struct PubSubSettlement(
    string Subscription,
    string MessageId,
    DateTimeOffset PublishTime,
    int DeliveryAttempt,
    object? Item,
    object? Result,
    bool IsDelivered,
    int Bytes);

/// <summary>Why a message was given up.</summary>
public enum PubSubAbandonment
{
    /// <summary>It was not settled within <see cref="PubSubStreamOptions.MaxLeaseAge"/>.</summary>
    TooOld,

    /// <summary>It was handled, but no Acknowledge call succeeded before its lease ended.</summary>
    AckFailed,

    /// <summary>It was given back before its delivery ended, because the silo or its pulling agents stop.</summary>
    Returned,
}

/// <summary>
/// Tells whether messages can have their effect now, for example whether the store is up. Optional; taken from the services keyed by the
/// provider's name, else from those without a key. Read often: answer at once.
/// </summary>
public interface IPubSubGate
{
    /// <summary>True while messages may flow. While false nothing is pulled, so that no delivery attempt is spent.</summary>
    bool IsOpen { get; }
}
