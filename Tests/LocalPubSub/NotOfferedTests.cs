using System.Net;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Core;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

/// <summary>What Google's Pub/Sub has and local mode has not: it says so, and takes no setting that it then ignores.</summary>
public sealed class NotOfferedTests
{
    private static readonly Marshaller<byte[]> _bytes = Marshallers.Create(bytes => bytes, bytes => bytes);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, string> Fields =>
        new(ForeignFields.OfGoogle.SelectMany(type => type.Value.Select(known => (type.Key, known.Key, known.Value))));

    [Theory]
    [InlineData("google.pubsub.v1.Subscriber", "CreateSnapshot")]
    [InlineData("google.pubsub.v1.Publisher", "ListTopics")]
    [InlineData("google.pubsub.v1.SchemaService", "CreateSchema")]
    [InlineData("google.iam.v1.IAMPolicy", "TestIamPermissions")]
    public async Task Method_ThatIsNotThere_IsUnimplementedByName(string service, string name)
    {
        await using var endpoint = await Endpoint.StartAsync();
        var method = new Method<byte[], byte[]>(MethodType.Unary, service, name, _bytes, _bytes);
        var stream = new Method<byte[], byte[]>(MethodType.DuplexStreaming, service, name, _bytes, _bytes);

        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await endpoint.Invoker.AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Ct), [10, 0]));
        using var call = endpoint.Invoker.AsyncDuplexStreamingCall(stream, null, new CallOptions(cancellationToken: Ct));
        var streamRefused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Ct));

        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
        Assert.Equal(
            $"{service}/{name} is not part of local mode's Pub/Sub; use Google's Pub/Sub emulator for it (docs/local.md says what there is)",
            refused.Status.Detail);
        Assert.Equal(refused.Status.Detail, streamRefused.Status.Detail);
    }

    [Theory]
    [InlineData("GET", "projects/local-project/topics")]
    [InlineData("GET", "projects/local-project/subscriptions?pageSize=10")]
    [InlineData("DELETE", "projects/local-project/topics/sie-creation-topic")]
    [InlineData("PATCH", "projects/local-project/topics/sie-creation-topic?updateMask=labels")]
    [InlineData("POST", "projects/local-project/subscriptions/sie-creation-subscription:seek")]
    [InlineData("POST", "projects/local-project/subscriptions/sie-creation-subscription:modifyPushConfig")]
    [InlineData("PUT", "projects/local-project/snapshots/shot")]
    [InlineData("POST", "projects/local-project/schemas")]
    public async Task Route_ThatIsNotThere_Is501ByName(string verb, string path)
    {
        await using var endpoint = await Endpoint.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(verb), $"/v1/{path}");

        using var answer = await endpoint.Rest.SendAsync(request, Ct);

        await Endpoint.AssertErrorAsync(answer, HttpStatusCode.NotImplemented, "UNIMPLEMENTED", $"{verb} /v1/{path.Split('?')[0]} is not part of local mode's Pub/Sub");
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void Field_OfGooglesThatIsNotHere_IsRefusedByName(string type, int number, string name)
    {
        IMessage With(byte value) => type == Topic.Descriptor.Name
            ? Topic.Parser.ParseFrom(Wire(number, value)) : Subscription.Parser.ParseFrom(Wire(number, value));

        var refused = Assert.Throws<RpcException>(() => ForeignFields.Refuse(With(1)));
        ForeignFields.Refuse(With(0));

        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
        Assert.StartsWith($"{type}.{name} is not part of local mode's Pub/Sub", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Field_ThatNobodyKnows_IsRefusedByNumber()
    {
        await using var endpoint = await Endpoint.StartAsync();
        var topic = Topic.Parser.ParseFrom([.. new Topic { Name = "projects/p/topics/made" }.ToByteArray(), .. Wire(99, 1)]);
        var message = PubsubMessage.Parser.ParseFrom([.. LocalPubSubFixture.Message("one").ToByteArray(), .. Wire(9, 1)]);
        var publish = new PublishRequest { Topic = Endpoint.Topic, Messages = { message } };

        var create = await Assert.ThrowsAsync<RpcException>(async () => await endpoint.Publisher.CreateTopicAsync(topic, cancellationToken: Ct));
        var nested = await Assert.ThrowsAsync<RpcException>(async () => await endpoint.Publisher.PublishAsync(publish, cancellationToken: Ct));

        Assert.Equal((StatusCode.InvalidArgument, "Topic has no field of number 99."), (create.StatusCode, create.Status.Detail));
        Assert.Equal((StatusCode.InvalidArgument, "PubsubMessage has no field of number 9."), (nested.StatusCode, nested.Status.Detail));
        Assert.Throws<RpcException>(() => { _ = endpoint.Server.Broker.GetTopic(topic.Name); });
        Assert.Equal(0, endpoint.Server.Broker.Outstanding(Endpoint.Subscription));
    }

    [Theory]
    [InlineData("\"filter\": \"attributes:a\"", HttpStatusCode.NotImplemented, "Subscription.filter is not part of local mode's Pub/Sub")]
    [InlineData("\"pushConfig\": { \"pushEndpoint\": \"http://127.0.0.1:1\" }", HttpStatusCode.NotImplemented, "Subscription.push_config")]
    [InlineData("\"push_config\": { \"push_endpoint\": \"http://127.0.0.1:1\" }", HttpStatusCode.NotImplemented, "Subscription.push_config")]
    [InlineData("\"enableMessageOrdering\": true", HttpStatusCode.NotImplemented, "Subscription.enable_message_ordering")]
    [InlineData("\"enableExactlyOnceDelivery\": true", HttpStatusCode.NotImplemented, "Subscription.enable_exactly_once_delivery")]
    [InlineData("\"expirationPolicy\": { \"ttl\": \"86400s\" }", HttpStatusCode.NotImplemented, "Subscription.expiration_policy")]
    [InlineData("\"retainAckedMessages\": true", HttpStatusCode.NotImplemented, "Subscription.retain_acked_messages")]
    [InlineData("\"filtre\": \"\"", HttpStatusCode.BadRequest, "Subscription has no field filtre")]
    [InlineData("\"retryPolicy\": { \"minimumBackof\": \"1s\" }", HttpStatusCode.BadRequest, "RetryPolicy has no field minimumBackof")]
    public async Task RestField_ThatIsNotHere_IsRefusedByNameAndNothingIsMade(string field, HttpStatusCode code, string reason)
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var answer = await PutAsync(endpoint, "projects/p/subscriptions/made", $$"""{ "topic": "{{Endpoint.Topic}}", {{field}} }""");

        await Endpoint.AssertErrorAsync(answer, code, code == HttpStatusCode.NotImplemented ? "UNIMPLEMENTED" : "INVALID_ARGUMENT", reason);
        Assert.Throws<RpcException>(() => { _ = endpoint.Server.Broker.GetSubscription("projects/p/subscriptions/made"); });
    }

    [Fact]
    public async Task RestFields_ThatAskForNothing_AreLetThroughAndTheOthersTold()
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var made = await PutAsync(endpoint, "projects/p/subscriptions/made", $$"""
            { "topic": "{{Endpoint.Topic}}", "filter": "", "pushConfig": {}, "enableMessageOrdering": false, "detached": null, "messageTransforms": [],
              "labels": { "filter": "x" }, "messageRetentionDuration": "600s", "retry_policy": { "minimumBackoff": "1s" } }
            """);
        using var found = await endpoint.Rest.GetAsync("/v1/projects/p/subscriptions/made", Ct);

        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        Assert.Equal(
            $$$"""{"name":"projects/p/subscriptions/made","topic":"{{{Endpoint.Topic}}}","ackDeadlineSeconds":10,"messageRetentionDuration":"600s","labels":{"filter":"x"},"retryPolicy":{"minimumBackoff":"1s","maximumBackoff":"600s"}}""",
            (await Endpoint.JsonAsync(found)).ToJsonString());
    }

    [Fact]
    public void Document_OfLocalMode_NamesEveryMethodAndEveryRefusedField()
    {
        var document = Repository.Read("docs/local.md");
        var methods = Publisher.Descriptor.Methods.Concat(Subscriber.Descriptor.Methods).Select(method => method.Name).Append("StreamingPull");

        Assert.All(methods, method => Assert.Contains($"`{method}`", document, StringComparison.Ordinal));
        Assert.All(ForeignFields.OfGoogle.Values.SelectMany(fields => fields.Values), field => Assert.Contains($"`{field}`", document, StringComparison.Ordinal));
    }

    private static Task<HttpResponseMessage> PutAsync(Endpoint endpoint, string path, string json) =>
        endpoint.Rest.PutAsync($"/v1/{path}", new StringContent(json, null, "application/json"), Ct);

    /// <summary>One field on the wire: a varint of this value.</summary>
    private static byte[] Wire(int number, byte value)
    {
        using var wire = new MemoryStream();
        using (var output = new CodedOutputStream(wire))
        {
            output.WriteTag(number, WireFormat.WireType.Varint);
            output.WriteUInt32(value);
        }

        return wire.ToArray();
    }
}
