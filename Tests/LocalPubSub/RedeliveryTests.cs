using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf.WellKnownTypes;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

public sealed class RedeliveryTests
{
    [Fact]
    public async Task DeadLetter_AttemptsUsedUp_MessageIsForwardedWithItsOrigin()
    {
        using var fixture = new LocalPubSubFixture(dead: LocalPubSubFixture.FiveAttempts);
        var publishedAt = fixture.Time.GetUtcNow();
        var id = fixture.Publish("poison");
        var waiting = fixture.Wait(LocalPubSubFixture.DeadSubscription);

        for (var attempt = 1; attempt <= 5; attempt++)
        {
            Assert.False(waiting.IsCompleted);
            var delivery = Assert.Single(fixture.Take());
            Assert.Equal(attempt, delivery.DeliveryAttempt);
            fixture.Nack(delivery);
        }

        Assert.Empty(fixture.Take());
        Assert.Equal(0, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));
        var dead = Assert.Single(await LocalPubSubFixture.Soon(waiting));
        Assert.Equal("poison", dead.Message.Data.ToStringUtf8());
        Assert.NotEqual(id, dead.Message.MessageId);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["CloudPubSubDeadLetterSourceDeliveryCount"] = "5",
                ["CloudPubSubDeadLetterSourceSubscription"] = "sub",
                ["CloudPubSubDeadLetterSourceSubscriptionProject"] = "p",
                ["CloudPubSubDeadLetterSourceTopicPublishTime"] = $"{publishedAt:yyyy-MM-dd'T'HH:mm:ss.fff}+00:00",
            },
            dead.Message.Attributes);
    }

    [Fact]
    public void DeadLetter_LeasesLeftToEnd_CountAsAttempts()
    {
        using var fixture = new LocalPubSubFixture(dead: LocalPubSubFixture.FiveAttempts);
        fixture.Publish("slow");

        for (var attempt = 1; attempt <= 5; attempt++)
        {
            Assert.Equal(attempt, Assert.Single(fixture.Take()).DeliveryAttempt);
            fixture.Pass(10);
        }

        Assert.Single(fixture.Take(LocalPubSubFixture.DeadSubscription));
        Assert.Empty(fixture.Take());
    }

    [Fact]
    public void DeadLetter_AckedInTime_IsNotForwarded()
    {
        using var fixture = new LocalPubSubFixture(dead: LocalPubSubFixture.FiveAttempts);
        fixture.Publish("healed");
        for (var attempt = 1; attempt < 5; attempt++)
        {
            fixture.Nack(Assert.Single(fixture.Take()));
        }

        fixture.Ack(Assert.Single(fixture.Take()));

        fixture.Pass(3600);
        Assert.Empty(fixture.Take(LocalPubSubFixture.DeadSubscription));
    }

    [Fact]
    public void DeliveryAttempt_WithoutDeadLetterPolicy_IsZero()
    {
        using var fixture = new LocalPubSubFixture();
        fixture.Publish("one");
        fixture.Nack(Assert.Single(fixture.Take()));

        Assert.Equal(0, Assert.Single(fixture.Take()).DeliveryAttempt);
    }

    [Fact]
    public void RetryPolicy_RepeatedNacks_WaitDoublesUpToTheMaximum()
    {
        using var fixture = new LocalPubSubFixture(new RetryPolicy { MinimumBackoff = Seconds(10), MaximumBackoff = Seconds(60) });
        fixture.Publish("one");

        foreach (var wait in new[] { 10, 20, 40, 60, 60 })
        {
            fixture.Nack(Assert.Single(fixture.Take()));
            fixture.Pass(wait - 0.001);
            Assert.Empty(fixture.Take());
            fixture.Pass(0.001);
        }

        Assert.Single(fixture.Take());
    }

    [Fact]
    public void RetryPolicy_LeaseEnds_WaitBeginsAtItsEnd()
    {
        using var fixture = new LocalPubSubFixture(new RetryPolicy { MinimumBackoff = Seconds(30) });
        fixture.Publish("one");
        fixture.Take();

        fixture.Pass(39.999);
        Assert.Empty(fixture.Take());
        fixture.Pass(0.001);
        Assert.Single(fixture.Take());
    }

    [Fact]
    public void RetryPolicy_NothingSet_WaitsTenSeconds()
    {
        using var fixture = new LocalPubSubFixture(new RetryPolicy());
        fixture.Publish("one");
        fixture.Nack(Assert.Single(fixture.Take()));

        fixture.Pass(9.999);
        Assert.Empty(fixture.Take());
        fixture.Pass(0.001);
        Assert.Single(fixture.Take());
    }

    [Fact]
    public async Task RetryPolicy_WaitOver_WakesAPull()
    {
        using var fixture = new LocalPubSubFixture(new RetryPolicy { MinimumBackoff = Seconds(10) });
        fixture.Publish("one");
        fixture.Nack(Assert.Single(fixture.Take()));
        var pull = fixture.Wait();

        fixture.Pass(10);

        Assert.Single(await LocalPubSubFixture.Soon(pull));
    }

    [Fact]
    public void Ack_WhileBackingOff_EndsMessage()
    {
        using var fixture = new LocalPubSubFixture(new RetryPolicy());
        fixture.Publish("one");
        var delivery = Assert.Single(fixture.Take());
        fixture.Nack(delivery);

        fixture.Ack(delivery);

        fixture.Pass(3600);
        Assert.Empty(fixture.Take());
    }

    private static Duration Seconds(int seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
}
