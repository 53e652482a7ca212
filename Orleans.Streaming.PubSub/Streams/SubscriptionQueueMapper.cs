using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>The queues: one for each subscription. Pub/Sub itself has no partitions.</summary>
internal sealed class SubscriptionQueueMapper : IStreamQueueMapper
{
    private readonly QueueId[] _queues;
    private readonly Dictionary<QueueId, int> _subscriptions = [];

    public SubscriptionQueueMapper(PubSubStreamOptions options)
    {
        _queues = new QueueId[options.Subscriptions.Count];
        for (var i = 0; i < _queues.Length; i++)
        {
            var shortName = options.Subscriptions[i].Split('/')[^1];
            _queues[i] = QueueId.GetQueueId(shortName, (uint)i, (uint)i * (uint.MaxValue / (uint)_queues.Length));
            _subscriptions.Add(_queues[i], i);
        }
    }

    public IEnumerable<QueueId> GetAllQueues() => _queues;

    /// <summary>Any queue: messages come from Pub/Sub alone, never through a stream's producer side.</summary>
    public QueueId GetQueueForStream(StreamId streamId) => _queues[0];

    /// <summary>The subscription a queue takes from, by its place in the options.</summary>
    public int SubscriptionOf(QueueId queue) => _subscriptions[queue];
}
