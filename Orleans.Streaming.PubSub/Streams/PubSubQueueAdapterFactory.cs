using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>Holds one provider's parts together: its subscriptions, and a queue for each.</summary>
internal sealed class PubSubQueueAdapterFactory : IQueueAdapterFactory
{
    private readonly string _name;
    private readonly SubscriptionQueueMapper _mapper;
    private readonly QueueCaches _caches;

    public PubSubQueueAdapterFactory(string name, PubSubStreamOptions options, IReadOnlyList<PubSubSubscription> subscriptions, ILogger logger)
    {
        _name = name;
        _mapper = new SubscriptionQueueMapper(options);
        _caches = new QueueCaches(this, options, logger);
        Subscriptions = subscriptions;
    }

    public IReadOnlyList<PubSubSubscription> Subscriptions { get; }

    public PubSubSubscription SubscriptionOf(QueueId queue) => Subscriptions[_mapper.SubscriptionOf(queue)];

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(new PubSubQueueAdapter(_name, this));

    public IQueueAdapterCache GetQueueAdapterCache() => _caches;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new PubSubFailureHandler());
}
