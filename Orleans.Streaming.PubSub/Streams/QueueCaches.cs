using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>Makes the cache of each queue.</summary>
internal sealed class QueueCaches(PubSubQueueAdapterFactory factory, PubSubStreamOptions options, ILogger logger) : IQueueAdapterCache
{
    public IQueueCache CreateQueueCache(QueueId queueId)
    {
        var subscription = factory.SubscriptionOf(queueId);
        return subscription.Cache = new LeaseTrackingQueueCache(subscription.Circuit, options, logger);
    }
}
