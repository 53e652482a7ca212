using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

public sealed class LeaseTests
{
    [Fact]
    public void Lease_ReachesDeadline_SameMessageComesAgainUnderNewAckId()
    {
        using var fixture = new LocalPubSubFixture(ackDeadline: 20);
        var id = fixture.Publish("one");
        var first = Assert.Single(fixture.Take());

        fixture.Pass(19.999);
        Assert.Empty(fixture.Take());
        fixture.Pass(0.001);
        var second = Assert.Single(fixture.Take());

        Assert.Equal(id, second.Message.MessageId);
        Assert.NotEqual(first.AckId, second.AckId);
    }

    [Fact]
    public void Lease_NoDeadlineAsked_LastsTenSeconds()
    {
        using var fixture = new LocalPubSubFixture();
        fixture.Publish("one");
        fixture.Take();

        fixture.Pass(9.999);
        Assert.Empty(fixture.Take());
        fixture.Pass(0.001);
        Assert.Single(fixture.Take());
    }

    [Fact]
    public void Lease_Extended_EndsThatLongAfterTheExtension()
    {
        using var fixture = new LocalPubSubFixture();
        fixture.Publish("one");
        var held = Assert.Single(fixture.Take());

        fixture.Pass(9);
        fixture.Broker.ModifyAckDeadline(LocalPubSubFixture.Subscription, [held.AckId], 60);
        fixture.Pass(59.999);
        Assert.Empty(fixture.Take());
        fixture.Pass(0.001);
        Assert.Single(fixture.Take());
    }

    [Fact]
    public void Lease_ExtendedAfterItEnded_StaysEnded()
    {
        using var fixture = new LocalPubSubFixture();
        fixture.Publish("one");
        var late = Assert.Single(fixture.Take());

        fixture.Pass(10);
        fixture.Broker.ModifyAckDeadline(LocalPubSubFixture.Subscription, [late.AckId], 600);

        Assert.Single(fixture.Take());
    }

    [Fact]
    public void Nack_WithoutRetryPolicy_MessageComesAtOnce()
    {
        using var fixture = new LocalPubSubFixture();
        var id = fixture.Publish("one");

        fixture.Nack(Assert.Single(fixture.Take()));

        Assert.Equal(id, Assert.Single(fixture.Take()).Message.MessageId);
    }

    [Fact]
    public void Ack_OfRunningLease_EndsMessage()
    {
        using var fixture = new LocalPubSubFixture();
        fixture.Publish("one");

        fixture.Ack(Assert.Single(fixture.Take()));

        fixture.Pass(3600);
        Assert.Empty(fixture.Take());
        Assert.Equal(0, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));
    }

    [Fact]
    public void Ack_OfEndedLeaseNobodyFollowed_EndsMessage()
    {
        using var fixture = new LocalPubSubFixture();
        fixture.Publish("one");
        var late = Assert.Single(fixture.Take());

        fixture.Pass(11);
        fixture.Ack(late);

        Assert.Empty(fixture.Take());
        Assert.Equal(0, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));
    }

    [Fact]
    public void Ack_OfLeaseThatAnotherFollowed_HasNoEffect()
    {
        using var fixture = new LocalPubSubFixture();
        fixture.Publish("one");
        var late = Assert.Single(fixture.Take());
        fixture.Pass(11);
        var current = Assert.Single(fixture.Take());

        fixture.Ack(late);
        Assert.Equal(1, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));

        fixture.Ack(current);
        Assert.Equal(0, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));
    }

    [Fact]
    public void Ack_OfUnknownId_LeavesEverythingAsItIs()
    {
        using var fixture = new LocalPubSubFixture();
        fixture.Publish("one");
        var held = Assert.Single(fixture.Take());

        fixture.Broker.Acknowledge(LocalPubSubFixture.Subscription, ["nonsense", "", held.AckId + "0"]);

        Assert.Equal(1, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));
    }

    [Fact]
    public void Ack_OfAnotherSubscriptionsLease_HasNoEffect()
    {
        using var fixture = new LocalPubSubFixture();
        fixture.Publish("one");
        var held = Assert.Single(fixture.Take());

        fixture.Broker.Acknowledge(LocalPubSubFixture.DeadSubscription, [held.AckId]);

        Assert.Equal(1, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));
    }

    [Fact]
    public void Message_NobodyAcksWhileItIsRetained_IsNotDeliveredAgain()
    {
        using var fixture = new LocalPubSubFixture(retention: TimeSpan.FromMinutes(10));
        fixture.Publish("one");
        fixture.Pass(599);
        fixture.Take();
        var later = fixture.Publish("two");

        fixture.Pass(10);

        Assert.Equal(later, Assert.Single(fixture.Take()).Message.MessageId);
        Assert.Equal(1, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));
    }
}
