namespace Orleans.Streaming.PubSub;

/// <summary>One message and how it was decoded, as an observer is told of it.</summary>
/// <param name="Subscription">The subscription's full name.</param>
/// <param name="MessageId">The message's id.</param>
/// <param name="PublishTime">When it was published.</param>
/// <param name="DeliveryAttempt">How often it was delivered, from 1; 0 where the subscription has no dead-letter policy.</param>
/// <param name="Item">The very object that the decoder returned, item or reason; null if the decoder threw.</param>
/// <param name="Result">What its consumer gave when it acked the message; null otherwise.</param>
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
