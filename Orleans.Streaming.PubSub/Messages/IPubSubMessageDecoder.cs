namespace Orleans.Streaming.PubSub;

/// <summary>
/// Gives each message its meaning: its stream and the item to deliver, or the reason to ignore it. Taken from the services keyed by the
/// provider's name, else from those without a key.
/// </summary>
public interface IPubSubMessageDecoder
{
    /// <summary>
    /// Decodes one message. Must not throw and must be safe to call from several threads at once. A message whose decoding throws is
    /// logged and nacked alone, and reported as a failed delivery.
    /// </summary>
    /// <param name="message">The message. Its data and attributes stay valid after the call.</param>
    PubSubDecoded Decode(in PubSubReceived message);
}

/// <summary>A message as it was received.</summary>
/// <param name="Subscription">The subscription's full name.</param>
/// <param name="MessageId">The id that the service gave it when it was published; a redelivery keeps it.</param>
/// <param name="PublishTime">When the service received it from its publisher.</param>
/// <param name="DeliveryAttempt">How often it was delivered, from 1; 0 where the subscription has no dead-letter policy.</param>
/// <param name="Data">The payload.</param>
/// <param name="Attributes">The attributes; may be empty.</param>
public readonly record struct PubSubReceived(
    string Subscription,
    string MessageId,
    DateTimeOffset PublishTime,
    int DeliveryAttempt,
    ReadOnlyMemory<byte> Data,
    IReadOnlyDictionary<string, string> Attributes);

/// <summary>What a decoder made of a message: an item for a stream, or a reason to ignore it.</summary>
public readonly record struct PubSubDecoded
{
    private PubSubDecoded(StreamId stream, object item, bool isDelivered)
    {
        Stream = stream;
        Item = item;
        IsDelivered = isDelivered;
    }

    /// <summary>The stream to deliver to; the default value for an ignored message.</summary>
    public StreamId Stream { get; }

    /// <summary>The item to deliver, or the reason to ignore; null only in the default value, which is a decoder's fault.</summary>
    public object? Item { get; }

    /// <summary>Whether the message goes to a stream.</summary>
    public bool IsDelivered { get; }

    /// <summary>The message is delivered to a stream, and acked or nacked as its consumer says.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="item">The item, passed to the consumer unchanged. It is never copied or serialized.</param>
    public static PubSubDecoded Deliver(StreamId stream, object item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new PubSubDecoded(stream, item, isDelivered: true);
    }

    /// <summary>The message is acked without a delivery.</summary>
    /// <param name="reason">The reason, passed to the observer unchanged.</param>
    public static PubSubDecoded Ignore(object reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new PubSubDecoded(default, reason, isDelivered: false);
    }
}
