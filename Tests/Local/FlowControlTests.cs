using OrleansSie.Silo.Local;
using Xunit;

namespace OrleansSie.Tests.Local;

public sealed class FlowControlTests
{
    [Fact]
    public async Task Stream_HoldsAsManyAsItMay_GetsTheNextForEachThatEnds()
    {
        using var desk = new Desk();
        var flow = Flow(maxMessages: 2);
        string[] ids = [.. Enumerable.Range(0, 5).Select(i => desk.Publish($"{i}"))];
        var held = await Desk.Soon(desk.Stream(flow));
        var more = desk.Stream(flow);

        Assert.Equal(ids[..2], held.Select(message => message.Message.MessageId));
        Assert.False(more.IsCompleted);
        desk.Ack(held[0]);
        Assert.Equal(ids[2], Assert.Single(await Desk.Soon(more)).Message.MessageId);

        more = desk.Stream(flow);
        Assert.False(more.IsCompleted);
        desk.Nack(held[1]);
        Assert.Equal(ids[3], Assert.Single(await Desk.Soon(more)).Message.MessageId);

        more = desk.Stream(flow);
        Assert.False(more.IsCompleted);
        desk.Pass(60);
        Assert.Equal(2, (await Desk.Soon(more)).Count);
    }

    [Fact]
    public async Task Stream_HoldsAsManyBytesAsItMay_WaitsForAnAck()
    {
        using var desk = new Desk();
        var flow = Flow(maxBytes: 1);
        desk.Publish("one");
        desk.Publish("two");
        var held = Assert.Single(await Desk.Soon(desk.Stream(flow)));
        var more = desk.Stream(flow);

        Assert.False(more.IsCompleted);
        desk.Ack(held);

        Assert.Single(await Desk.Soon(more));
    }

    [Fact]
    public async Task Stream_ThatIsFull_LeavesMessagesToOthers()
    {
        using var desk = new Desk();
        var full = Flow(maxMessages: 1);
        desk.Publish("one");
        await Desk.Soon(desk.Stream(full));
        var waiting = desk.Stream(full);
        var pull = desk.Wait();

        var id = desk.Publish("two");

        Assert.Equal(id, Assert.Single(await Desk.Soon(pull)).Message.MessageId);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Stream_WithoutLimits_GetsAll()
    {
        using var desk = new Desk();
        for (var i = 0; i < 5; i++)
        {
            desk.Publish($"{i}");
        }

        Assert.Equal(5, (await Desk.Soon(desk.Stream(Flow()))).Count);
    }

    [Fact]
    public async Task Lease_OfAStream_LastsAsLongAsTheStreamSays()
    {
        using var desk = new Desk(ackDeadline: 20);
        desk.Publish("one");
        await Desk.Soon(desk.Stream(Flow()));

        desk.Pass(59.999);
        Assert.Empty(desk.Take());
        desk.Pass(0.001);
        Assert.Single(desk.Take());
    }

    private static FlowControl Flow(long maxMessages = 0, long maxBytes = 0) => new(maxMessages, maxBytes) { AckDeadline = TimeSpan.FromSeconds(60) };
}
