using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>google.pubsub.v1.Publisher on the wire.</summary>
internal sealed class PublisherService(LocalBroker broker) : Publisher.PublisherBase
{
    public override Task<Topic> CreateTopic(Topic request, ServerCallContext context) =>
        Task.FromResult(broker.CreateTopic(request));

    public override Task<Topic> GetTopic(GetTopicRequest request, ServerCallContext context) =>
        Task.FromResult(broker.GetTopic(request.Topic));

    public override Task<PublishResponse> Publish(PublishRequest request, ServerCallContext context) =>
        Task.FromResult(new PublishResponse { MessageIds = { broker.Publish(request.Topic, request.Messages) } });
}

/// <summary>google.pubsub.v1.Subscriber on the wire. Waiting pulls and streams end at once when the server stops.</summary>
internal sealed class SubscriberService(LocalBroker broker, IHostApplicationLifetime lifetime) : Subscriber.SubscriberBase
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
            await LocalPubSub.StreamingPull.RunAsync(broker, requests, responses, ct);
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

    // A cancelled stream fails with an exception that depends on its current operation. At a stop Kestrel closes the connections at the
    // same time, so the client of an open stream sees UNAVAILABLE or INTERNAL. Client libraries open it again after both.
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
            throw stopping.IsCancellationRequested ? PubSubErrors.Stopping() : PubSubErrors.Cancelled();
        }
    }
}

/// <summary>
/// google.pubsub.v1.Subscriber/StreamingPull, added to the service by hand: only the methods that the stream provider calls are
/// generated, and it calls only Pull.
/// </summary>
internal sealed class StreamingPullMethod : IServiceMethodProvider<SubscriberService>
{
    public static Method<StreamingPullRequest, StreamingPullResponse> Method { get; } = new(
        MethodType.DuplexStreaming,
        Subscriber.Descriptor.FullName,
        "StreamingPull",
        MarshallerOf(StreamingPullRequest.Parser),
        MarshallerOf(StreamingPullResponse.Parser));

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<SubscriberService> context) => context.AddDuplexStreamingMethod(
        Method, [], (service, requests, responses, call) => service.StreamingPull(requests, responses, call));

    private static Marshaller<T> MarshallerOf<T>(MessageParser<T> parser)
        where T : IMessage<T> => Marshallers.Create(message => message.ToByteArray(), parser.ParseFrom);
}
