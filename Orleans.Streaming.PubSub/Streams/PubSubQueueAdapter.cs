using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// The provider as Orleans sees it: read-only, and not rewindable, for with tokens that differ from silo to silo a rewindable stream
/// would skip events that it takes for old ones.
/// </summary>
internal sealed class PubSubQueueAdapter(string name, PubSubQueueAdapterFactory factory) : IQueueAdapter
{
    public string Name => name;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new PubSubReceiver(factory.SubscriptionOf(queueId));

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException($"The streams of '{name}' are fed by Pub/Sub; publish to the subscription's topic instead.");
}
