using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Does nothing on purpose: what a failure handler does cannot change the fate of a message. The cursor is told of the failure, and the
/// lease manager nacks, counts and reports it.
/// </summary>
internal sealed class PubSubFailureHandler : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        Task.CompletedTask;

    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        Task.CompletedTask;
}
