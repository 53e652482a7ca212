using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// One message on its way to its stream. The item on it is the decoder's own object on the silo that pulled it, and a copy elsewhere; what
/// ties it to its lease never leaves that silo.
/// </summary>
[GenerateSerializer, Immutable, Alias("Orleans.Streaming.PubSub.PubSubBatchContainer")]
internal sealed class PubSubBatchContainer : IBatchContainer
{
    [Id(0)]
    private readonly StreamId _streamId;

    [Id(1)]
    private readonly EventSequenceTokenV2 _token;

    [Id(2)]
    private readonly object _item;

    [Id(3)]
    private readonly string _messageId;

    [NonSerialized]
    private readonly PubSubLease? _lease;

    [NonSerialized]
    private volatile bool _wasTaken;

    [NonSerialized]
    private volatile bool _wasDelivered;

    public PubSubBatchContainer(StreamId streamId, EventSequenceTokenV2 token, object item, PubSubLease lease)
    {
        _streamId = streamId;
        _token = token;
        _item = item;
        _messageId = lease.MessageId;
        _lease = lease;
    }

    public StreamId StreamId => _streamId;

    public StreamSequenceToken SequenceToken => _token;

    public string MessageId => _messageId;

    /// <summary>Its lease, on the silo that pulled it.</summary>
    public PubSubLease Lease => _lease ?? throw new InvalidOperationException("A message has a lease only on the silo that pulled it.");

    /// <summary>The next message in its stream's slot of the cache; the agent's alone.</summary>
    [field: NonSerialized]
    public PubSubBatchContainer? Next { get; set; }

    /// <summary>Whether it is in the cache; the agent's alone.</summary>
    [field: NonSerialized]
    public bool IsCached { get; set; }

    /// <summary>Whether an observer took the item since <see cref="BeginOffer"/>.</summary>
    public bool WasTaken => _wasTaken;

    /// <summary>Whether a delivery call returned success: the consumer's OnNextAsync completed.</summary>
    public bool WasDelivered => _wasDelivered;

    public void BeginOffer() => _wasTaken = false;

    public void MarkDelivered() => _wasDelivered = true;

    /// <summary>The item; throws if it is not a <typeparamref name="T"/>, as an observer of another type must not pass for a consumer.</summary>
    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        if (_item is not T item)
        {
            throw new InvalidCastException(
                $"Message {_messageId} carries a {_item.GetType()} and its consumer observes {typeof(T)}; subscribe with the decoder's type.");
        }

        return Offer(item);
    }

    public bool ImportRequestContext() => false;

    public override string ToString() => $"Pub/Sub message {_messageId} for {_streamId}";

    private IEnumerable<Tuple<T, StreamSequenceToken>> Offer<T>(T item)
    {
        _wasTaken = true;
        yield return Tuple.Create<T, StreamSequenceToken>(item, _token);
    }
}
