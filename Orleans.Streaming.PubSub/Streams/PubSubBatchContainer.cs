using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>One batch on its way to its consumer. It never leaves the silo, see <see cref="PubSubBatchCodec"/>.</summary>
internal sealed class PubSubBatchContainer(PubSubBatch batch, long sequence) : IBatchContainer
{
    private readonly EventSequenceTokenV2 _token = new(sequence);
    private volatile bool _wasForElsewhere;

    public PubSubBatch Batch => batch;

    public StreamId StreamId => batch.Stream;

    public StreamSequenceToken SequenceToken => _token;

    /// <summary>Whether it should have been sent to another silo.</summary>
    public bool WasForElsewhere => _wasForElsewhere;

    public void RefuseToLeave() => _wasForElsewhere = true;

    /// <summary>
    /// The batch. A stream filter asks for it as an object and does not take it over; any other type throws, as its observer must not pass
    /// for a consumer.
    /// </summary>
    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        if (typeof(T) != typeof(PubSubBatch) && typeof(T) != typeof(object))
        {
            throw new InvalidCastException($"The items of stream {batch.Stream} are {nameof(PubSubBatch)}es and its consumer observes {typeof(T)}.");
        }

        return Events<T>();
    }

    public bool ImportRequestContext() => false;

    public override string ToString() => $"{batch.Own.Length} Pub/Sub messages for {batch.Stream}";

    private IEnumerable<Tuple<T, StreamSequenceToken>> Events<T>()
    {
        if (typeof(T) == typeof(PubSubBatch))
        {
            batch.Offer();
        }

        yield return Tuple.Create<T, StreamSequenceToken>((T)(object)batch, _token);
    }
}
