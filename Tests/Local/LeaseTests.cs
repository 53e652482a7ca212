using Xunit;

namespace OrleansSie.Tests.Local;

public sealed class LeaseTests
{
    [Fact]
    public void Lease_ReachesDeadline_SameMessageComesAgainUnderNewAckId()
    {
        using var desk = new Desk(ackDeadline: 20);
        var id = desk.Publish("one");
        var first = Assert.Single(desk.Take());

        desk.Pass(19.999);
        Assert.Empty(desk.Take());
        desk.Pass(0.001);
        var second = Assert.Single(desk.Take());

        Assert.Equal(id, second.Message.MessageId);
        Assert.NotEqual(first.AckId, second.AckId);
    }

    [Fact]
    public void Lease_NoDeadlineAsked_LastsTenSeconds()
    {
        using var desk = new Desk();
        desk.Publish("one");
        desk.Take();

        desk.Pass(9.999);
        Assert.Empty(desk.Take());
        desk.Pass(0.001);
        Assert.Single(desk.Take());
    }

    [Fact]
    public void Lease_Extended_EndsThatLongAfterTheExtension()
    {
        using var desk = new Desk();
        desk.Publish("one");
        var held = Assert.Single(desk.Take());

        desk.Pass(9);
        desk.Broker.ModifyAckDeadline(Desk.Subscription, [held.AckId], 60);
        desk.Pass(59.999);
        Assert.Empty(desk.Take());
        desk.Pass(0.001);
        Assert.Single(desk.Take());
    }

    [Fact]
    public void Lease_ExtendedAfterItEnded_StaysEnded()
    {
        using var desk = new Desk();
        desk.Publish("one");
        var late = Assert.Single(desk.Take());

        desk.Pass(10);
        desk.Broker.ModifyAckDeadline(Desk.Subscription, [late.AckId], 600);

        Assert.Single(desk.Take());
    }

    [Fact]
    public void Nack_WithoutRetryPolicy_MessageComesAtOnce()
    {
        using var desk = new Desk();
        var id = desk.Publish("one");

        desk.Nack(Assert.Single(desk.Take()));

        Assert.Equal(id, Assert.Single(desk.Take()).Message.MessageId);
    }

    [Fact]
    public void Ack_OfRunningLease_EndsMessage()
    {
        using var desk = new Desk();
        desk.Publish("one");

        desk.Ack(Assert.Single(desk.Take()));

        desk.Pass(3600);
        Assert.Empty(desk.Take());
        Assert.Equal(0, desk.Broker.Outstanding(Desk.Subscription));
    }

    [Fact]
    public void Ack_OfEndedLeaseNobodyFollowed_EndsMessage()
    {
        using var desk = new Desk();
        desk.Publish("one");
        var late = Assert.Single(desk.Take());

        desk.Pass(11);
        desk.Ack(late);

        Assert.Empty(desk.Take());
        Assert.Equal(0, desk.Broker.Outstanding(Desk.Subscription));
    }

    [Fact]
    public void Ack_OfLeaseThatAnotherFollowed_HasNoEffect()
    {
        using var desk = new Desk();
        desk.Publish("one");
        var late = Assert.Single(desk.Take());
        desk.Pass(11);
        var current = Assert.Single(desk.Take());

        desk.Ack(late);
        Assert.Equal(1, desk.Broker.Outstanding(Desk.Subscription));

        desk.Ack(current);
        Assert.Equal(0, desk.Broker.Outstanding(Desk.Subscription));
    }

    [Fact]
    public void Ack_OfUnknownId_LeavesEverythingAsItIs()
    {
        using var desk = new Desk();
        desk.Publish("one");
        var held = Assert.Single(desk.Take());

        desk.Broker.Acknowledge(Desk.Subscription, ["nonsense", "", held.AckId + "0"]);

        Assert.Equal(1, desk.Broker.Outstanding(Desk.Subscription));
    }

    [Fact]
    public void Ack_OfAnotherSubscriptionsLease_HasNoEffect()
    {
        using var desk = new Desk();
        desk.Publish("one");
        var held = Assert.Single(desk.Take());

        desk.Broker.Acknowledge(Desk.DeadSubscription, [held.AckId]);

        Assert.Equal(1, desk.Broker.Outstanding(Desk.Subscription));
    }

    [Fact]
    public void Message_NobodyAcksWhileItIsRetained_IsNotDeliveredAgain()
    {
        using var desk = new Desk(retention: TimeSpan.FromMinutes(10));
        desk.Publish("one");
        desk.Pass(599);
        desk.Take();
        var later = desk.Publish("two");

        desk.Pass(10);

        Assert.Equal(later, Assert.Single(desk.Take()).Message.MessageId);
        Assert.Equal(1, desk.Broker.Outstanding(Desk.Subscription));
    }
}
