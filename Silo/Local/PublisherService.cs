using Google.Cloud.PubSub.V1;
using Grpc.Core;

namespace OrleansSie.Silo.Local;

/// <summary>google.pubsub.v1.Publisher on the wire.</summary>
internal sealed class PublisherService(LocalPubSub broker) : Publisher.PublisherBase
{
    public override Task<Topic> CreateTopic(Topic request, ServerCallContext context) =>
        Task.FromResult(broker.CreateTopic(request));

    public override Task<Topic> GetTopic(GetTopicRequest request, ServerCallContext context) =>
        Task.FromResult(broker.GetTopic(request.Topic));

    public override Task<PublishResponse> Publish(PublishRequest request, ServerCallContext context) =>
        Task.FromResult(new PublishResponse { MessageIds = { broker.Publish(request.Topic, request.Messages) } });
}
