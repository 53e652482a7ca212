using OrleansSie.Silo.LocalPubSub.Protocol;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.LocalPubSub;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

public sealed class StreamingPullTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static StreamingPullRequest First => new()
    {
        Subscription = Endpoint.Subscription,
        StreamAckDeadlineSeconds = 60,
        ClientId = "client",
    };

    [Fact]
    public async Task Stream_MessagePublished_ArrivesAndItsAckEndsIt()
    {
        await using var endpoint = await Endpoint.StartAsync();
        using var stream = await OpenAsync(endpoint, First);

        var id = endpoint.Server.Broker.Publish(Endpoint.Topic, [LocalPubSubFixture.Message("one")])[0];
        var received = Assert.Single(await NextAsync(stream));
        await stream.RequestStream.WriteAsync(new StreamingPullRequest { AckIds = { received.AckId } }, Ct);
        await stream.RequestStream.CompleteAsync();

        Assert.Equal(id, received.Message.MessageId);
        Assert.False(await stream.ResponseStream.MoveNext(Ct));
        Assert.Equal(StatusCode.OK, stream.GetStatus().StatusCode);
        Assert.Equal(0, endpoint.Server.Broker.Outstanding(Endpoint.Subscription));
    }

    [Fact]
    public async Task Stream_NackOnIt_TheMessageComesAgain()
    {
        await using var endpoint = await Endpoint.StartAsync();
        using var stream = await OpenAsync(endpoint, First);
        endpoint.Server.Broker.Publish(Endpoint.Topic, [LocalPubSubFixture.Message("one")]);
        var received = Assert.Single(await NextAsync(stream));

        await stream.RequestStream.WriteAsync(new StreamingPullRequest { ModifyDeadlineAckIds = { received.AckId }, ModifyDeadlineSeconds = { 0 } }, Ct);

        var again = Assert.Single(await NextAsync(stream));
        Assert.Equal(received.Message.MessageId, again.Message.MessageId);
        Assert.NotEqual(received.AckId, again.AckId);
    }

    [Fact]
    public async Task Stream_HoldsAsManyAsItMay_GoesOnAfterAnAckByAnotherCall()
    {
        await using var endpoint = await Endpoint.StartAsync();
        endpoint.Server.Broker.Publish(Endpoint.Topic, [LocalPubSubFixture.Message("one"), LocalPubSubFixture.Message("two")]);
        var first = First;
        first.MaxOutstandingMessages = 1;
        using var stream = await OpenAsync(endpoint, first);
        var one = Assert.Single(await NextAsync(stream));
        await WaitingAsync(endpoint, 1);

        await endpoint.Subscriber.AcknowledgeAsync(
            new Google.Cloud.PubSub.V1.AcknowledgeRequest { Subscription = Endpoint.Subscription, AckIds = { one.AckId } }, cancellationToken: Ct);

        Assert.Equal("two", Assert.Single(await NextAsync(stream)).Message.Data.ToStringUtf8());
    }

    [Fact]
    public async Task Stream_DeadlineChangedOnIt_HoldsForWhatIsSentFromThenOn()
    {
        var time = new FakeTimeProvider();
        await using var endpoint = await Endpoint.StartAsync(time);
        var first = First;
        first.ProtocolVersion = 1;
        using var stream = await OpenAsync(endpoint, first);
        await stream.RequestStream.WriteAsync(new StreamingPullRequest { StreamAckDeadlineSeconds = 600 }, Ct);
        Assert.True(await stream.ResponseStream.MoveNext(Ct));

        endpoint.Server.Broker.Publish(Endpoint.Topic, [LocalPubSubFixture.Message("one")]);
        await NextAsync(stream);

        await stream.RequestStream.CompleteAsync();
        Assert.False(await stream.ResponseStream.MoveNext(Ct));
        time.Advance(TimeSpan.FromSeconds(599.999));
        Assert.Empty(await TakeAsync(endpoint));
        time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Single(await TakeAsync(endpoint));
    }

    [Fact]
    public async Task Stream_ClientGoesAway_ItsMessagesComeAgainWhenTheirLeasesEnd()
    {
        var time = new FakeTimeProvider();
        await using var endpoint = await Endpoint.StartAsync(time);
        endpoint.Server.Broker.Publish(Endpoint.Topic, [LocalPubSubFixture.Message("one")]);
        using (var stream = await OpenAsync(endpoint, First))
        {
            await NextAsync(stream);
            await WaitingAsync(endpoint, 1);
        }

        await WaitingAsync(endpoint, 0);
        Assert.Empty(await TakeAsync(endpoint));
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Single(await TakeAsync(endpoint));
        Assert.Single(endpoint.Log.Lines);
    }

    [Fact]
    public async Task KeepAlive_OfAClientThatExpectsAnAnswer_IsAnswered()
    {
        await using var endpoint = await Endpoint.StartAsync();
        var first = First;
        first.ProtocolVersion = 1;
        using var stream = await OpenAsync(endpoint, first);

        await stream.RequestStream.WriteAsync(new StreamingPullRequest(), Ct);

        Assert.True(await stream.ResponseStream.MoveNext(Ct));
        Assert.Empty(stream.ResponseStream.Current.ReceivedMessages);
    }

    [Theory]
    [InlineData("""{ "stream_ack_deadline_seconds": 60 }""", StatusCode.NotFound, "resource=")]
    [InlineData("""{ "subscription": "projects/p/subscriptions/nobody", "stream_ack_deadline_seconds": 60 }""", StatusCode.NotFound, "nobody")]
    [InlineData("""{ "subscription": "SUB" }""", StatusCode.InvalidArgument, "this is 0")]
    [InlineData("""{ "subscription": "SUB", "stream_ack_deadline_seconds": 9 }""", StatusCode.InvalidArgument, "this is 9")]
    [InlineData("""{ "subscription": "SUB", "stream_ack_deadline_seconds": 60, "modify_deadline_seconds": [0] }""", StatusCode.InvalidArgument, "1 and 0")]
    public async Task FirstRequest_ThatCannotBe_IsRefusedWithTheReason(string json, StatusCode code, string reason)
    {
        await using var endpoint = await Endpoint.StartAsync();

        var refused = await Assert.ThrowsAsync<RpcException>(() => OpenAsync(endpoint, Parse(json)));

        Assert.Equal(code, refused.StatusCode);
        Assert.Contains(reason, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "subscription": "SUB" }""", "in no later one")]
    [InlineData("""{ "max_outstanding_messages": 1 }""", "in no later one")]
    [InlineData("""{ "stream_ack_deadline_seconds": 601 }""", "this is 601")]
    [InlineData("""{ "modify_deadline_ack_ids": ["a"], "modify_deadline_seconds": [601] }""", "this is 601")]
    public async Task LaterRequest_ThatCannotBe_EndsTheStreamWithTheReason(string json, string reason)
    {
        await using var endpoint = await Endpoint.StartAsync();
        using var stream = await OpenAsync(endpoint, First);

        await stream.RequestStream.WriteAsync(Parse(json), Ct);

        var refused = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Ct));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains(reason, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_WithOpenStreams_EndsThemForANewTryAndSaysNothing()
    {
        var endpoint = await Endpoint.StartAsync();
        using var idle = await OpenAsync(endpoint, First);
        var first = First;
        first.MaxOutstandingMessages = 1;
        endpoint.Server.Broker.Publish(Endpoint.Topic, [LocalPubSubFixture.Message("one"), LocalPubSubFixture.Message("two")]);
        using var full = await OpenAsync(endpoint, first);

        await endpoint.Server.DisposeAsync();

        // Client libraries open a stream again after either: whether the connection's end overtakes the status is a race.
        StatusCode[] again = [StatusCode.Unavailable, StatusCode.Internal];
        Assert.Contains(await EndOfAsync(idle), again);
        Assert.Contains(await EndOfAsync(full), again);
        Assert.Single(endpoint.Log.Lines);
        await endpoint.DisposeAsync();

        static async Task<StatusCode> EndOfAsync(AsyncDuplexStreamingCall<StreamingPullRequest, StreamingPullResponse> stream) =>
            (await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (await stream.ResponseStream.MoveNext(Ct))
                {
                }
            })).StatusCode;
    }

    private static StreamingPullRequest Parse(string json) =>
        StreamingPullRequest.Parser.ParseJson(json.Replace("SUB", Endpoint.Subscription, StringComparison.Ordinal));

    /// <summary>A stream that the server has taken on: its first response tells the subscription's properties.</summary>
    private static async Task<AsyncDuplexStreamingCall<StreamingPullRequest, StreamingPullResponse>> OpenAsync(Endpoint endpoint, StreamingPullRequest first)
    {
        var stream = endpoint.Invoker.AsyncDuplexStreamingCall(StreamingPullMethod.Method, null, new CallOptions(cancellationToken: Ct));
        await stream.RequestStream.WriteAsync(first, Ct);
        Assert.True(await stream.ResponseStream.MoveNext(Ct));
        Assert.NotNull(stream.ResponseStream.Current.SubscriptionProperties);
        return stream;
    }

    private static async Task<IReadOnlyList<ReceivedMessage>> NextAsync(AsyncDuplexStreamingCall<StreamingPullRequest, StreamingPullResponse> stream)
    {
        Assert.True(await stream.ResponseStream.MoveNext(Ct));
        return stream.ResponseStream.Current.ReceivedMessages;
    }

    private static Task<IReadOnlyList<ReceivedMessage>> TakeAsync(Endpoint endpoint) =>
        endpoint.Server.Broker.PullAsync(Endpoint.Subscription, 10, true, Ct);

    private static async Task WaitingAsync(Endpoint endpoint, int pulls)
    {
        while (endpoint.Server.Broker.WaitingPulls(Endpoint.Subscription) != pulls)
        {
            Ct.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
