using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace OrleansSie.Silo.Local;

/// <summary>google.pubsub.v1.Subscriber on the wire. Waiting pulls and streams end at once when the server stops.</summary>
internal sealed class SubscriberService(LocalPubSub broker, IHostApplicationLifetime lifetime) : Subscriber.SubscriberBase
{
    public override Task<Subscription> CreateSubscription(Subscription request, ServerCallContext context) =>
        Task.FromResult(broker.CreateSubscription(request));

    public override Task<Subscription> GetSubscription(GetSubscriptionRequest request, ServerCallContext context) =>
        Task.FromResult(broker.GetSubscription(request.Subscription));

    public override Task<PullResponse> Pull(PullRequest request, ServerCallContext context) => UntilStopAsync(context, async ct =>
    {
        var taken = await broker.PullAsync(request.Subscription, request.MaxMessages, request.ReturnImmediately, ct);
        return new PullResponse { ReceivedMessages = { taken } };
    });

    /// <summary>Bound by <see cref="StreamingPullMethod"/>.</summary>
    public Task StreamingPull(
        IAsyncStreamReader<StreamingPullRequest> requests, IServerStreamWriter<StreamingPullResponse> responses, ServerCallContext context) =>
        UntilStopAsync(context, async ct =>
        {
            await Local.StreamingPull.RunAsync(broker, requests, responses, ct);
            return true;
        });

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

    // What a cancelled stream fails with depends on what it was at. At a stop Kestrel closes the connections at the same time, so the
    // client of an open stream sees either UNAVAILABLE or INTERNAL; client libraries open it again after both.
    private async Task<T> UntilStopAsync<T>(ServerCallContext context, Func<CancellationToken, Task<T>> serve)
    {
        var stopping = lifetime.ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        try
        {
            return await serve(end.Token);
        }
        catch (Exception gone) when (end.IsCancellationRequested || gone is OperationCanceledException or IOException)
        {
            throw stopping.IsCancellationRequested ? PubSubRefusal.Stopping() : PubSubRefusal.Cancelled();
        }
    }
}
