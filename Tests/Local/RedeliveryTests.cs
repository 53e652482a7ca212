using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;
using Xunit;

namespace OrleansSie.Tests.Local;

public sealed class RedeliveryTests
{
    [Fact]
    public async Task DeadLetter_AttemptsUsedUp_MessageIsForwardedWithItsOrigin()
    {
        using var desk = new Desk(dead: Desk.FiveAttempts);
        var publishedAt = desk.Time.GetUtcNow();
        var id = desk.Publish("poison");
        var waiting = desk.Wait(Desk.DeadSubscription);

        for (var attempt = 1; attempt <= 5; attempt++)
        {
            Assert.False(waiting.IsCompleted);
            var delivery = Assert.Single(desk.Take());
            Assert.Equal(attempt, delivery.DeliveryAttempt);
            desk.Nack(delivery);
        }

        Assert.Empty(desk.Take());
        Assert.Equal(0, desk.Broker.Outstanding(Desk.Subscription));
        var dead = Assert.Single(await Desk.Soon(waiting));
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
        using var desk = new Desk(dead: Desk.FiveAttempts);
        desk.Publish("slow");

        for (var attempt = 1; attempt <= 5; attempt++)
        {
            Assert.Equal(attempt, Assert.Single(desk.Take()).DeliveryAttempt);
            desk.Pass(10);
        }

        Assert.Single(desk.Take(Desk.DeadSubscription));
        Assert.Empty(desk.Take());
    }

    [Fact]
    public void DeadLetter_AckedInTime_IsNotForwarded()
    {
        using var desk = new Desk(dead: Desk.FiveAttempts);
        desk.Publish("healed");
        for (var attempt = 1; attempt < 5; attempt++)
        {
            desk.Nack(Assert.Single(desk.Take()));
        }

        desk.Ack(Assert.Single(desk.Take()));

        desk.Pass(3600);
        Assert.Empty(desk.Take(Desk.DeadSubscription));
    }

    [Fact]
    public void DeliveryAttempt_WithoutDeadLetterPolicy_IsZero()
    {
        using var desk = new Desk();
        desk.Publish("one");
        desk.Nack(Assert.Single(desk.Take()));

        Assert.Equal(0, Assert.Single(desk.Take()).DeliveryAttempt);
    }

    [Fact]
    public void RetryPolicy_RepeatedNacks_WaitDoublesUpToTheMaximum()
    {
        using var desk = new Desk(new RetryPolicy { MinimumBackoff = Seconds(10), MaximumBackoff = Seconds(60) });
        desk.Publish("one");

        foreach (var wait in new[] { 10, 20, 40, 60, 60 })
        {
            desk.Nack(Assert.Single(desk.Take()));
            desk.Pass(wait - 0.001);
            Assert.Empty(desk.Take());
            desk.Pass(0.001);
        }

        Assert.Single(desk.Take());
    }

    [Fact]
    public void RetryPolicy_LeaseEnds_WaitBeginsAtItsEnd()
    {
        using var desk = new Desk(new RetryPolicy { MinimumBackoff = Seconds(30) });
        desk.Publish("one");
        desk.Take();

        desk.Pass(39.999);
        Assert.Empty(desk.Take());
        desk.Pass(0.001);
        Assert.Single(desk.Take());
    }

    [Fact]
    public void RetryPolicy_NothingSet_WaitsTenSeconds()
    {
        using var desk = new Desk(new RetryPolicy());
        desk.Publish("one");
        desk.Nack(Assert.Single(desk.Take()));

        desk.Pass(9.999);
        Assert.Empty(desk.Take());
        desk.Pass(0.001);
        Assert.Single(desk.Take());
    }

    [Fact]
    public async Task RetryPolicy_WaitOver_WakesAPull()
    {
        using var desk = new Desk(new RetryPolicy { MinimumBackoff = Seconds(10) });
        desk.Publish("one");
        desk.Nack(Assert.Single(desk.Take()));
        var pull = desk.Wait();

        desk.Pass(10);

        Assert.Single(await Desk.Soon(pull));
    }

    [Fact]
    public void Ack_WhileBackingOff_EndsMessage()
    {
        using var desk = new Desk(new RetryPolicy());
        desk.Publish("one");
        var delivery = Assert.Single(desk.Take());
        desk.Nack(delivery);

        desk.Ack(delivery);

        desk.Pass(3600);
        Assert.Empty(desk.Take());
    }

    private static Duration Seconds(int seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
}
