namespace Orleans.Streaming.PubSub;

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
    /// <param name="item">The item, handed to the consumer as it is. It is never copied or serialized.</param>
    public static PubSubDecoded Deliver(StreamId stream, object item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new PubSubDecoded(stream, item, isDelivered: true);
    }

    /// <summary>The message is acked without a delivery.</summary>
    /// <param name="reason">The reason, handed to the observer as it is.</param>
    public static PubSubDecoded Ignore(object reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new PubSubDecoded(default, reason, isDelivered: false);
    }
}
