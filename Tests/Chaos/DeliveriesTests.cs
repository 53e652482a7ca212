using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Net.Client;
using OrleansSie.Testing.Proxies;
using OrleansSie.Tests.LocalPubSub;
using Xunit;

namespace OrleansSie.Tests.Chaos;

public sealed class DeliveriesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deliveries_OfMessagesGivenBack_AreCountedOnTheWire()
    {
        await using var endpoint = await Endpoint.StartAsync();
        var deliveries = new Deliveries();
        await using var proxy = TcpProxy.Start("127.0.0.1", endpoint.Server.Port, listen: deliveries.Listen);
        using var channel = GrpcChannel.ForAddress($"http://{proxy.EndPoint}");
        var subscriber = new Subscriber.SubscriberClient(channel);
        await endpoint.Publisher.PublishAsync(
            new PublishRequest { Topic = Endpoint.Topic, Messages = { Message('a', 100_000), Message('b', 10), Message('c', 0) } }, cancellationToken: Cancellation);

        var first = await PullAsync(subscriber, 3);
        Assert.Equal((1, 3), (deliveries.Most, deliveries.All));

        await subscriber.ModifyAckDeadlineAsync(
            new ModifyAckDeadlineRequest { Subscription = Endpoint.Subscription, AckIds = { first[0].AckId } }, cancellationToken: Cancellation);
        await PullAsync(subscriber, 1);
        Assert.Equal((2, 4), (deliveries.Most, deliveries.All));
    }

    private static PubsubMessage Message(char content, int length) =>
        new() { Data = ByteString.CopyFromUtf8(new string(content, length)), Attributes = { ["from"] = "test" } };

    private static async Task<List<ReceivedMessage>> PullAsync(Subscriber.SubscriberClient subscriber, int count)
    {
        var received = new List<ReceivedMessage>();
        while (received.Count < count)
        {
            var request = new PullRequest { Subscription = Endpoint.Subscription, MaxMessages = 10 };
            received.AddRange((await subscriber.PullAsync(request, cancellationToken: Cancellation)).ReceivedMessages);
        }

        return received;
    }
}
