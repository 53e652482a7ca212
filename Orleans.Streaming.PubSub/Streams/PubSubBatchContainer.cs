using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Orleans.Providers.Streams.Common;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;
using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>One batch for its consumer. It never leaves the silo, see <see cref="PubSubBatchCodec"/>.</summary>
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
    /// The batch. A stream filter asks for it as an object and does not take it over. Any other type throws, because an observer of another
    /// type is no consumer.
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

/// <summary>
/// Refuses to send a batch to another silo, and says what to change. The leases, and the duty to settle them, stay on the silo that pulled
/// the messages.
/// </summary>
[RegisterSerializer]
internal sealed class PubSubBatchCodec : IFieldCodec<PubSubBatchContainer>
{
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, [AllowNull] Type expectedType, [AllowNull] PubSubBatchContainer value)
        where TBufferWriter : IBufferWriter<byte>
    {
        value?.RefuseToLeave();
        throw new NotSupportedException(
            $"The consumer of stream {value?.StreamId} is on another silo than the one that pulled its messages. Make its grain class a "
            + "[StatelessWorker], and let it take each message to the grain that it is for.");
    }

    public PubSubBatchContainer ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        throw new NotSupportedException("A batch of Pub/Sub messages is never sent.");
}
