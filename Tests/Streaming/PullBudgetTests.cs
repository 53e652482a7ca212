using Orleans.Streaming.PubSub;
using Xunit;

namespace OrleansSie.Tests.Streaming;

public sealed class PullBudgetTests
{
    private const int TenMegabytes = 10_000_000;

    [Fact]
    public void Room_WithNothingInFlight_IsAFullPull()
    {
        using var bench = new LeaseBench();
        var budget = Budget(bench);

        Assert.Equal(500, budget.Reserve().Messages);
        Assert.Equal(500, budget.Reserve().Messages);
    }

    [Fact]
    public void Room_IsBoundedByTheMessagesInFlight()
    {
        using var bench = new LeaseBench(o => o.QueueCapacity = 10);
        var budget = Budget(bench);
        Hold(bench, 7, 100);

        Assert.Equal(3, budget.Reserve().Messages);
        Assert.Equal(0, budget.Reserve().Messages);
    }

    [Fact]
    public async Task Room_OfOtherStreams_IsNotTakenByWhatWaits()
    {
        using var bench = new LeaseBench(o => o.QueueCapacity = 16);
        var budget = Budget(bench);
        await bench.TakeAsync(12, "stuck");
        Assert.Equal(8, bench.Leases.Waiting);

        // Each of them may be one more that has to wait.
        Assert.Equal(8, budget.Reserve().Messages);
        Assert.Equal(0, budget.Reserve().Messages);
    }

    [Fact]
    public async Task Room_WhenAsMuchWaitsAsTheCapacity_IsNoneUntilSomeIsSettled()
    {
        using var bench = new LeaseBench(o => o.QueueCapacity = 16);
        var budget = Budget(bench);
        var messages = await bench.TakeAsync(20, "stuck");
        Assert.Equal((16, 0), (bench.Leases.Waiting, budget.Reserve().Messages));

        messages[0].Ack();

        Assert.Equal(1, budget.Reserve().Messages);
    }

    [Fact]
    public void Room_AboveTheByteBound_IsNone()
    {
        using var bench = new LeaseBench();
        var budget = Budget(bench);
        Hold(bench, 7, TenMegabytes);

        Assert.Equal(0, budget.Reserve().Messages);
    }

    [Fact]
    public void Room_BesideOneLargeMessage_IsLeftForItsNeighbours()
    {
        using var bench = new LeaseBench(o => o.MaxBytes = 20L * 1024 * 1024);
        var budget = Budget(bench);
        Hold(bench, 1, TenMegabytes);

        Assert.InRange(budget.Reserve().Messages, 1, 500);
    }

    [Fact]
    public void Room_OfMessagesLargerThanTheBound_IsOneAtATime()
    {
        using var bench = new LeaseBench(o => o.MaxBytes = 1000);
        var budget = Budget(bench);
        budget.Observe([Message(TenMegabytes)]);

        Assert.Equal(1, budget.Reserve().Messages);
        Assert.Equal(0, budget.Reserve().Messages);
    }

    [Fact]
    public void Room_WithLargeMessagesSeen_AsksForFewer()
    {
        using var bench = new LeaseBench();
        var budget = Budget(bench);
        for (var i = 0; i < 10; i++)
        {
            budget.Observe([Message(TenMegabytes)]);
        }

        Assert.InRange(budget.Reserve().Messages, 1, 7);
    }

    [Fact]
    public void Room_AfterAnAnswerThatWasTooLarge_HalvesUntilAPullSucceeds()
    {
        using var bench = new LeaseBench(o => o.QueueCapacity = 100_000);
        var budget = Budget(bench);

        budget.AskForLess();
        Assert.Equal(250, budget.Reserve().Messages);
        for (var i = 0; i < 20; i++)
        {
            budget.AskForLess();
        }

        Assert.Equal(1, budget.Reserve().Messages);
        budget.Observe([Message(100)]);
        Assert.Equal(2, budget.Reserve().Messages);
    }

    [Fact]
    public void Room_WhileTheCircuitIsOpen_IsNoneThenOneMessage()
    {
        using var bench = new LeaseBench();
        var budget = Budget(bench);
        for (var i = 0; i < bench.Options.CircuitFailureThreshold; i++)
        {
            bench.Circuit.Failed($"{i}");
        }

        Assert.Equal(0, budget.Reserve().Messages);
        bench.Time.Advance(bench.Options.CircuitBreakMin);
        Assert.Equal(1, budget.Reserve().Messages);
    }

    [Fact]
    public void Room_Freed_CanBeHadAgain()
    {
        using var bench = new LeaseBench(o => o.QueueCapacity = 500);
        var budget = Budget(bench);
        var room = budget.Reserve();
        Assert.Equal(0, budget.Reserve().Messages);

        budget.Free(room);

        Assert.Equal(500, budget.Reserve().Messages);
    }

    private static PullBudget Budget(LeaseBench bench) => new(bench.Options, bench.Status, bench.Leases, bench.Circuit);

    private static void Hold(LeaseBench bench, int messages, int bytes) =>
        bench.Leases.Take([.. Enumerable.Range(0, messages).Select(_ => new PubSubMessage(bench.Leases, Message(bytes)))]);

    private static PulledMessage Message(int bytes) =>
        new("a", bytes, new PubSubReceived(FakePubSub.Subscription, "m", default, 0, default, new Dictionary<string, string>()));
}
