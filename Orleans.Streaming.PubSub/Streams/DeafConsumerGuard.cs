namespace Orleans.Streaming.PubSub;

/// <summary>
/// Fails a delivery that no observer took. Orleans counts it as a success: a grain that is subscribed but has attached no observer drops
/// the event "on the floor" with a warning, and the message would be acked without an effect.
/// </summary>
internal sealed class DeafConsumerGuard : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context) =>
        DeliverBatchCall.MessageOf(context) is { } message ? GuardAsync(context, message) : context.Invoke();

    private static async Task GuardAsync(IIncomingGrainCallContext context, PubSubBatchContainer message)
    {
        message.BeginOffer();
        await context.Invoke();
        if (context.Response is { Exception: null, Result: null } && !message.WasTaken)
        {
            throw new InvalidOperationException(
                $"Grain {context.TargetId} is subscribed to stream {message.StreamId} but has no observer attached; attach one in IStreamSubscriptionObserver.OnSubscribed.");
        }
    }
}
