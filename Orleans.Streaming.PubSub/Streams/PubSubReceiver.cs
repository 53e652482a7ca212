using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// The agent's end of its subscription. Never waits for Pub/Sub: pulling goes on in the background, and its errors stay there, as a
/// receiver that waits holds up its agent and one that throws stops it for many seconds.
/// </summary>
internal sealed class PubSubReceiver(PubSubSubscription subscription) : IQueueAdapterReceiver
{
    private PubSubSession? _session;

    public Task Initialize(TimeSpan timeout)
    {
        _session = subscription.Start();
        return Task.CompletedTask;
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) =>
        Task.FromResult(_session is { } session && subscription.Cache is { } cache ? cache.TakeIn(session.Puller.TakeAll()) : []);

    /// <summary>Nothing to do: messages are settled by their consumers.</summary>
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    /// <summary>Gives back what no consumer has taken over, waits for what consumers have, and sends the last acks, within the timeout.</summary>
    public Task Shutdown(TimeSpan timeout) => Interlocked.Exchange(ref _session, null) is null ? Task.CompletedTask : subscription.FinishAsync();
}
