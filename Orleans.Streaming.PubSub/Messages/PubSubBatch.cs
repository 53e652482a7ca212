namespace Orleans.Streaming.PubSub;

/// <summary>
/// The item on every stream of this provider: messages that waited for the stream together. They share only the delivery. Each is settled
/// by itself, and the consumer must also settle those that are unsettled when <c>OnNextAsync</c> returns. Leases are renewed until
/// <see cref="PubSubStreamOptions.MaxLeaseAge"/>. If <c>OnNextAsync</c> throws, what is unsettled is nacked.
/// </summary>
public sealed class PubSubBatch
{
    private readonly PubSubMessage[] _messages;
    private volatile bool _isOffered;
    private volatile bool _isTaken;

    internal PubSubBatch(StreamId stream, PubSubMessage[] messages)
    {
        Stream = stream;
        _messages = messages;
    }

    /// <summary>The stream.</summary>
    public StreamId Stream { get; }

    /// <summary>The full name of the subscription that the messages were pulled from.</summary>
    public string Subscription => _messages[0].Manager.Subscription;

    /// <summary>
    /// The messages, at least one. The consumer takes the batch over by reading this before its <c>OnNextAsync</c> returns. A batch that is
    /// not taken over is nacked.
    /// </summary>
    public IReadOnlyList<PubSubMessage> Messages
    {
        get
        {
            if (_isOffered)
            {
                _isTaken = true;
            }

            return _messages;
        }
    }

    /// <summary>Whether an observer has taken it over.</summary>
    internal bool IsTaken => _isTaken;

    /// <summary>The messages, for the provider's own use.</summary>
    internal ReadOnlySpan<PubSubMessage> Own => _messages;

    /// <summary>Called just before an observer gets it. A stream filter reads it earlier, which does not take it over.</summary>
    internal void Offer() => _isOffered = true;
}
