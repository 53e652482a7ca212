using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace OrleansSie.Silo.Local;

/// <summary>google.pubsub.v1.Subscriber on the wire. Waiting pulls end at once, with UNAVAILABLE, when the server stops.</summary>
internal sealed class SubscriberService(LocalPubSub broker, IHostApplicationLifetime lifetime) : Subscriber.SubscriberBase
{
    public override Task<Subscription> CreateSubscription(Subscription request, ServerCallContext context) =>
        Task.FromResult(broker.CreateSubscription(request));

    public override Task<Subscription> GetSubscription(GetSubscriptionRequest request, ServerCallContext context) =>
        Task.FromResult(broker.GetSubscription(request.Subscription));

    public override async Task<PullResponse> Pull(PullRequest request, ServerCallContext context)
    {
        var stopping = lifetime.ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        try
        {
            var taken = await broker.PullAsync(request.Subscription, request.MaxMessages, request.ReturnImmediately, end.Token);
            return new PullResponse { ReceivedMessages = { taken } };
        }
        catch (OperationCanceledException)
        {
            throw stopping.IsCancellationRequested ? PubSubRefusal.Stopping() : PubSubRefusal.Cancelled();
        }
    }

    public override Task<Empty> Acknowledge(AcknowledgeRequest request, ServerCallContext context)
    {
        broker.Acknowledge(request.Subscription, request.AckIds);
        return Task.FromResult(new Empty());
    }

    public override Task<Empty> ModifyAckDeadline(ModifyAckDeadlineRequest request, ServerCallContext context)
    {
        broker.ModifyAckDeadline(request.Subscription, request.AckIds, request.AckDeadlineSeconds);
        return Task.FromResult(new Empty());
    }
}
