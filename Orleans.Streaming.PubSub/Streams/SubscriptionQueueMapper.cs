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

    /// <summary>Any queue: messages come from Pub/Sub only, never from a stream's producer.</summary>
    public QueueId GetQueueForStream(StreamId streamId) => _queues[0];

    /// <summary>The subscription a queue takes from, by its place in the options.</summary>
    public int SubscriptionOf(QueueId queue) => _subscriptions[queue];
}

/// <summary>Every silo runs every queue, always: any receiver of a subscription gets any of its messages, so no queue needs to move.</summary>
internal sealed class SiloLocalQueueBalancer : IStreamQueueBalancer
{
    private QueueId[] _queues = [];

    public Task Initialize(IStreamQueueMapper queueMapper)
    {
        _queues = [.. queueMapper.GetAllQueues()];
        return Task.CompletedTask;
    }

    public Task Shutdown() => Task.CompletedTask;

    public IEnumerable<QueueId> GetMyQueues() => _queues;

    public bool SubscribeToQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;

    public bool UnSubscribeFromQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;
}
