using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// One queue's end of its subscription. Never waits for Pub/Sub: pulling goes on in the background, and its errors stay there, as a
/// receiver that waits holds up its agent and one that throws stops it for many seconds.
/// </summary>
internal sealed class PubSubReceiver(PubSubSubscription subscription) : IQueueAdapterReceiver
{
    private PubSubSession? _session;

    public Task Initialize(TimeSpan timeout)
    {
        _session = subscription.Join();
        return Task.CompletedTask;
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) =>
        Task.FromResult<IList<IBatchContainer>>(_session?.Puller.Take(maxCount) ?? []);

    /// <summary>Nothing to do: messages are settled by the cache.</summary>
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    /// <summary>The last queue of a subscription to leave gives back what is undelivered and sends the last acks, within the timeout.</summary>
    public Task Shutdown(TimeSpan timeout) => Interlocked.Exchange(ref _session, null) is null ? Task.CompletedTask : subscription.LeaveAsync();
}
