using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Refuses to send a batch to another silo, in words that name what to change: the leases and the duty to settle them stay on the silo that
/// pulled the messages.
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
