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
        var budget = new PullBudget(bench.Options, bench.Status, bench.Circuit);

        Assert.Equal(500, budget.Reserve().Messages);
        Assert.Equal(500, budget.Reserve().Messages);
        Assert.Equal(0, budget.Reserve().Messages);
    }

    [Fact]
    public void Room_IsBoundedByTheMessagesInFlight()
    {
        using var bench = new LeaseBench(o => (o.QueuesPerSubscription, o.QueueCapacity) = (2, 5));
        var budget = new PullBudget(bench.Options, bench.Status, bench.Circuit);
        Hold(bench, 7, 100);

        Assert.Equal(3, budget.Reserve().Messages);
        Assert.Equal(0, budget.Reserve().Messages);
    }

    [Fact]
    public void Room_AboveTheByteBound_IsNone()
    {
        using var bench = new LeaseBench();
        var budget = new PullBudget(bench.Options, bench.Status, bench.Circuit);
        Hold(bench, 7, TenMegabytes);

        Assert.Equal(0, budget.Reserve().Messages);
    }

    [Fact]
    public void Room_BesideOneLargeMessage_IsLeftForItsNeighbours()
    {
        using var bench = new LeaseBench(o => o.MaxBytes = 20L * 1024 * 1024);
        var budget = new PullBudget(bench.Options, bench.Status, bench.Circuit);
        Hold(bench, 1, TenMegabytes);

        Assert.InRange(budget.Reserve().Messages, 1, 500);
    }

    [Fact]
    public void Room_OfMessagesLargerThanTheBound_IsOneAtATime()
    {
        using var bench = new LeaseBench(o => o.MaxBytes = 1000);
        var budget = new PullBudget(bench.Options, bench.Status, bench.Circuit);
        budget.Observe([Message(TenMegabytes)]);

        Assert.Equal(1, budget.Reserve().Messages);
        Assert.Equal(0, budget.Reserve().Messages);
    }

    [Fact]
    public void Room_WithLargeMessagesSeen_AsksForFewer()
    {
        using var bench = new LeaseBench();
        var budget = new PullBudget(bench.Options, bench.Status, bench.Circuit);
        for (var i = 0; i < 10; i++)
        {
            budget.Observe([Message(TenMegabytes)]);
        }

        Assert.InRange(budget.Reserve().Messages, 1, 7);
    }

    [Fact]
    public void Room_AfterAnAnswerThatWasTooLarge_HalvesUntilAPullSucceeds()
    {
        using var bench = new LeaseBench(o => o.ConcurrentPulls = 32);
        var budget = new PullBudget(bench.Options, bench.Status, bench.Circuit);

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
    public void Room_WhileTheCircuitIsOpen_IsNoneThenOneForEachQueue()
    {
        using var bench = new LeaseBench();
        var budget = new PullBudget(bench.Options, bench.Status, bench.Circuit);
        for (var i = 0; i < bench.Options.CircuitFailureThreshold; i++)
        {
            bench.Circuit.Failed(StreamId.Create("ok", $"{i}"));
        }

        Assert.Equal(0, budget.Reserve().Messages);
        bench.Time.Advance(bench.Options.CircuitBreakMin);
        Assert.Equal(bench.Options.QueuesPerSubscription, budget.Reserve().Messages);
    }

    [Fact]
    public void Room_Freed_CanBeHadAgain()
    {
        using var bench = new LeaseBench(o => o.ConcurrentPulls = 1);
        var budget = new PullBudget(bench.Options, bench.Status, bench.Circuit);
        var room = budget.Reserve();
        Assert.Equal(0, budget.Reserve().Messages);

        budget.Free(room);

        Assert.Equal(500, budget.Reserve().Messages);
    }

    private static void Hold(LeaseBench bench, int messages, int bytes)
    {
        for (var i = 0; i < messages; i++)
        {
            bench.Leases.Take(Message(bytes));
        }
    }

    private static PulledMessage Message(int bytes) =>
        new("a", bytes, new PubSubReceived(FakePubSub.Subscription, "m", default, 0, default, new Dictionary<string, string>()));
}
