using OrleansSie.Silo.LocalPubSub;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

public sealed class FlowControlTests
{
    [Fact]
    public async Task Stream_HoldsAsManyAsItMay_GetsTheNextForEachThatEnds()
    {
        using var fixture = new LocalPubSubFixture();
        var flow = Flow(maxMessages: 2);
        string[] ids = [.. Enumerable.Range(0, 5).Select(i => fixture.Publish($"{i}"))];
        var held = await LocalPubSubFixture.Soon(fixture.Stream(flow));
        var more = fixture.Stream(flow);

        Assert.Equal(ids[..2], held.Select(message => message.Message.MessageId));
        Assert.False(more.IsCompleted);
        fixture.Ack(held[0]);
        Assert.Equal(ids[2], Assert.Single(await LocalPubSubFixture.Soon(more)).Message.MessageId);

        more = fixture.Stream(flow);
        Assert.False(more.IsCompleted);
        fixture.Nack(held[1]);
        Assert.Equal(ids[3], Assert.Single(await LocalPubSubFixture.Soon(more)).Message.MessageId);

        more = fixture.Stream(flow);
        Assert.False(more.IsCompleted);
        fixture.Pass(60);
        Assert.Equal(2, (await LocalPubSubFixture.Soon(more)).Count);
    }

    [Fact]
    public async Task Stream_HoldsAsManyBytesAsItMay_WaitsForAnAck()
    {
        using var fixture = new LocalPubSubFixture();
        var flow = Flow(maxBytes: 1);
        fixture.Publish("one");
        fixture.Publish("two");
        var held = Assert.Single(await LocalPubSubFixture.Soon(fixture.Stream(flow)));
        var more = fixture.Stream(flow);

        Assert.False(more.IsCompleted);
        fixture.Ack(held);

        Assert.Single(await LocalPubSubFixture.Soon(more));
    }

    [Fact]
    public async Task Stream_ThatIsFull_LeavesMessagesToOthers()
    {
        using var fixture = new LocalPubSubFixture();
        var full = Flow(maxMessages: 1);
        fixture.Publish("one");
        await LocalPubSubFixture.Soon(fixture.Stream(full));
        var waiting = fixture.Stream(full);
        var pull = fixture.Wait();

        var id = fixture.Publish("two");

        Assert.Equal(id, Assert.Single(await LocalPubSubFixture.Soon(pull)).Message.MessageId);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Stream_WithoutLimits_GetsAll()
    {
        using var fixture = new LocalPubSubFixture();
        for (var i = 0; i < 5; i++)
        {
            fixture.Publish($"{i}");
        }

        Assert.Equal(5, (await LocalPubSubFixture.Soon(fixture.Stream(Flow()))).Count);
    }

    [Fact]
    public async Task Lease_OfAStream_LastsAsLongAsTheStreamSays()
    {
        using var fixture = new LocalPubSubFixture(ackDeadline: 20);
        fixture.Publish("one");
        await LocalPubSubFixture.Soon(fixture.Stream(Flow()));

        fixture.Pass(59.999);
        Assert.Empty(fixture.Take());
        fixture.Pass(0.001);
        Assert.Single(fixture.Take());
    }

    private static FlowControl Flow(long maxMessages = 0, long maxBytes = 0) => new(maxMessages, maxBytes) { AckDeadline = TimeSpan.FromSeconds(60) };
}
