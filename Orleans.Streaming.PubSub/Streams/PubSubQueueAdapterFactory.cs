using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// One provider as Orleans sees it: its subscriptions, with a queue and a cache for each. Its streams are read-only. They are not
/// rewindable: the tokens differ from silo to silo, so a rewindable stream would skip events as old.
/// </summary>
internal sealed class PubSubQueueAdapterFactory : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    private readonly PubSubStreamOptions _options;
    private readonly SubscriptionQueueMapper _mapper;
    private readonly ILogger _logger;

    public PubSubQueueAdapterFactory(string name, PubSubStreamOptions options, IReadOnlyList<PubSubSubscription> subscriptions, ILogger logger)
    {
        Name = name;
        _options = options;
        _mapper = new SubscriptionQueueMapper(options);
        _logger = logger;
        Subscriptions = subscriptions;
    }

    public string Name { get; }

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public IReadOnlyList<PubSubSubscription> Subscriptions { get; }

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new PubSubFailureHandler());

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new PubSubReceiver(SubscriptionOf(queueId));

    public IQueueCache CreateQueueCache(QueueId queueId)
    {
        var subscription = SubscriptionOf(queueId);
        return subscription.Cache = new LeaseTrackingQueueCache(subscription.Circuit, _options, _logger);
    }

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException($"The streams of '{Name}' are fed by Pub/Sub; publish to the subscription's topic instead.");

    private PubSubSubscription SubscriptionOf(QueueId queue) => Subscriptions[_mapper.SubscriptionOf(queue)];
}

/// <summary>
/// The agent's end of its subscription. It never throws, which would stop its agent for many seconds. Pulling runs in the background. The
/// receiver waits only while the agent has nothing else to do, and for a moment: an agent at rest would ask fifty times a second.
/// </summary>
internal sealed class PubSubReceiver(PubSubSubscription subscription) : IQueueAdapterReceiver
{
    private static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _gather = TimeSpan.FromMilliseconds(15);

    private PubSubSession? _session;

    public Task Initialize(TimeSpan timeout)
    {
        _session = subscription.Start();
        return Task.CompletedTask;
    }

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        if (_session is { } session && subscription.Cache is { IsAtRest: true })
        {
            await session.Puller.Buffer.ArrivalAsync(_rest, _gather);
        }

        return _session is { } current && subscription.Cache is { } cache ? cache.TakeIn(current.Puller.Buffer.TakeAll()) : [];
    }

    /// <summary>Does nothing: messages are settled by their consumers.</summary>
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    /// <summary>Gives back what no consumer has taken over, waits for what consumers have, and sends the last acks, within the timeout.</summary>
    public Task Shutdown(TimeSpan timeout) => Interlocked.Exchange(ref _session, null) is null ? Task.CompletedTask : subscription.FinishAsync();
}

/// <summary>
/// Does nothing on purpose: a failure handler cannot change what happens to a message. The cursor gets the failure, and the lease manager
/// nacks, counts and reports it.
/// </summary>
internal sealed class PubSubFailureHandler : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        Task.CompletedTask;

    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        Task.CompletedTask;
}
