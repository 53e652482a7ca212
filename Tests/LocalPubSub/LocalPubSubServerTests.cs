using System.Net;
using System.Net.Sockets;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using OrleansSie.Silo.LocalPubSub;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

public sealed class LocalPubSubServerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnePort_RestAndGrpc_SpeakToTheSameBroker()
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var published = await endpoint.PostAsync($"{Endpoint.Topic}:publish", """{"messages":[{"data":"aGVsbG8=","attributes":{"a":"b"}}]}""");
        var id = (string)(await Endpoint.JsonAsync(published))["messageIds"]![0]!;
        var pulled = await endpoint.Subscriber.PullAsync(new PullRequest { Subscription = Endpoint.Subscription, MaxMessages = 10 }, cancellationToken: Ct);

        var taken = Assert.Single(pulled.ReceivedMessages);
        Assert.Equal(HttpStatusCode.OK, published.StatusCode);
        Assert.Equal(new Version(1, 1), published.Version);
        Assert.Equal(id, taken.Message.MessageId);
        Assert.Equal("hello", taken.Message.Data.ToStringUtf8());
        Assert.Equal("b", taken.Message.Attributes["a"]);
        using var acked = await endpoint.PostAsync($"{Endpoint.Subscription}:acknowledge", $$"""{"ackIds":["{{taken.AckId}}"]}""");
        Assert.Equal(HttpStatusCode.OK, acked.StatusCode);
        Assert.Equal(0, endpoint.Server.Broker.Outstanding(Endpoint.Subscription));
    }

    [Fact]
    public async Task LargestMessage_BothWays_ArrivesWhole()
    {
        await using var endpoint = await Endpoint.StartAsync();
        var data = new byte[PublishRules.MaxDataBytes];
        new Random(1).NextBytes(data);

        using var overRest = await endpoint.PostAsync($"{Endpoint.Topic}:publish", $$"""{"messages":[{"data":"{{Convert.ToBase64String(data)}}"}]}""");
        Assert.Equal(HttpStatusCode.OK, overRest.StatusCode);
        var pull = new PullRequest { Subscription = Endpoint.Subscription, MaxMessages = 1 };
        var overGrpc = await endpoint.Subscriber.PullAsync(pull, cancellationToken: Ct);
        Assert.True(overGrpc.ReceivedMessages[0].Message.Data.Span.SequenceEqual(data));

        var message = new PubsubMessage { Data = ByteString.CopyFrom(data) };
        await endpoint.Publisher.PublishAsync(new PublishRequest { Topic = Endpoint.Topic, Messages = { message } }, cancellationToken: Ct);
        using var pulled = await endpoint.PostAsync($"{Endpoint.Subscription}:pull", """{"maxMessages":1}""");
        var text = (string)(await Endpoint.JsonAsync(pulled))["receivedMessages"]![0]!["message"]!["data"]!;
        Assert.True(Convert.FromBase64String(text).AsSpan().SequenceEqual(data));
    }

    [Fact]
    public async Task Resources_OverGrpc_AreMadeAndFound()
    {
        await using var endpoint = await Endpoint.StartAsync();
        const string topic = "projects/other/topics/made";
        const string name = "projects/other/subscriptions/made";

        await endpoint.Publisher.CreateTopicAsync(new Topic { Name = topic }, cancellationToken: Ct);
        await endpoint.Subscriber.CreateSubscriptionAsync(new Subscription { Name = name, Topic = topic }, cancellationToken: Ct);

        Assert.Equal(topic, (await endpoint.Publisher.GetTopicAsync(new GetTopicRequest { Topic = topic }, cancellationToken: Ct)).Name);
        var found = await endpoint.Subscriber.GetSubscriptionAsync(new GetSubscriptionRequest { Subscription = name }, cancellationToken: Ct);
        Assert.Equal((topic, 10), (found.Topic, found.AckDeadlineSeconds));
        var again = await Assert.ThrowsAsync<RpcException>(
            async () => await endpoint.Publisher.CreateTopicAsync(new Topic { Name = topic }, cancellationToken: Ct));
        Assert.Equal(StatusCode.AlreadyExists, again.StatusCode);
    }

    [Fact]
    public async Task Pull_ClientGoesAway_MessageIsForTheNext()
    {
        await using var endpoint = await Endpoint.StartAsync();
        using var gone = new CancellationTokenSource();
        var request = new PullRequest { Subscription = Endpoint.Subscription, MaxMessages = 1 };
        var abandoned = endpoint.Subscriber.PullAsync(request, cancellationToken: gone.Token);
        var hungUp = endpoint.Rest.PostAsync(
            $"/v1/{Endpoint.Subscription}:pull", new StringContent("""{"maxMessages":1}""", null, "application/json"), gone.Token);
        await WaitingAsync(endpoint, 2);

        await gone.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(async () => await abandoned);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hungUp);
        await WaitingAsync(endpoint, 0);
        endpoint.Server.Broker.Publish(Endpoint.Topic, [LocalPubSubFixture.Message("one")]);

        var pulled = await endpoint.Subscriber.PullAsync(request, cancellationToken: Ct);
        Assert.Single(pulled.ReceivedMessages);
    }

    [Fact]
    public async Task Dispose_WithWaitingPull_EndsItAsUnavailable()
    {
        var endpoint = await Endpoint.StartAsync();
        var pull = endpoint.Subscriber.PullAsync(new PullRequest { Subscription = Endpoint.Subscription, MaxMessages = 1 }, cancellationToken: Ct);
        await WaitingAsync(endpoint, 1);

        await endpoint.Server.DisposeAsync();

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(async () => await pull)).StatusCode);
        using var socket = new TcpClient();
        await Assert.ThrowsAnyAsync<SocketException>(async () => await socket.ConnectAsync(IPAddress.Loopback, endpoint.Server.Port, Ct));
        await endpoint.DisposeAsync();
    }

    [Fact]
    public async Task Start_PortIsTaken_SaysWhichKeyAndWhatToDo()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => LocalPubSubServer.StartAsync(new LocalPubSubSettings { Port = port }, Ct));

        Assert.Contains("local.pubsub_port", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("another one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_RequestsServed_SaysOnlyWhereItListens()
    {
        await using var endpoint = await Endpoint.StartAsync();
        using var served = await endpoint.PostAsync($"{Endpoint.Topic}:publish", """{"messages":[{"data":"aGVsbG8="}]}""");
        using var refused = await endpoint.PostAsync($"{Endpoint.Topic}x:publish", """{"messages":[{"data":"aGVsbG8="}]}""");

        var (level, id, text) = Assert.Single(endpoint.Log.Lines);

        Assert.Equal((LogLevel.Information, 300), (level, id.Id));
        Assert.Contains($"http://127.0.0.1:{endpoint.Server.Port}", text, StringComparison.Ordinal);
    }

    private static async Task WaitingAsync(Endpoint endpoint, int pulls)
    {
        while (endpoint.Server.Broker.WaitingPulls(Endpoint.Subscription) != pulls)
        {
            Ct.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
