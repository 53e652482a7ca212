namespace Orleans.Streaming.PubSub;

/// <summary>A message as it was received.</summary>
/// <param name="Subscription">The subscription's full name.</param>
/// <param name="MessageId">The id that the service gave it when it was published; a redelivery keeps it.</param>
/// <param name="PublishTime">When the service took it from its publisher.</param>
/// <param name="DeliveryAttempt">How often it was delivered, from 1; 0 where the subscription has no dead-letter policy.</param>
/// <param name="Data">The payload.</param>
/// <param name="Attributes">The attributes, maybe none.</param>
public readonly record struct PubSubReceived(
    string Subscription,
    string MessageId,
    DateTimeOffset PublishTime,
    int DeliveryAttempt,
    ReadOnlyMemory<byte> Data,
    IReadOnlyDictionary<string, string> Attributes);
