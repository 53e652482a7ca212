using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace OrleansSie.Silo.Local;

/// <summary>
/// google.pubsub.v1.Subscriber/StreamingPull, added to the service by hand: the methods that are generated are those that the stream
/// provider calls, and it calls only Pull.
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
