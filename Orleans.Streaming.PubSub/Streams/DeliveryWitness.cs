namespace Orleans.Streaming.PubSub;

/// <summary>
/// Marks a message as delivered when, and only when, the call that delivers it succeeds. The agent alone is no witness: it moves on in
/// the same way after a filtered event or a changed subscription, and when it stops it does not say how the last delivery ended.
/// </summary>
internal sealed class DeliveryWitness : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context) =>
        DeliverBatchCall.MessageOf(context) is { } message ? WitnessAsync(context, message) : context.Invoke();

    private static async Task WitnessAsync(IOutgoingGrainCallContext context, PubSubBatchContainer message)
    {
        await context.Invoke();
        if (context.Response is { Exception: null, Result: null })
        {
            message.MarkDelivered();
        }
    }
}
