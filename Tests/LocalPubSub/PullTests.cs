using System.Collections.Concurrent;
using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

public sealed class PullTests
{
    [Fact]
    public async Task Pull_OfNothing_WakesWhenAMessageIsPublished()
    {
        using var fixture = new LocalPubSubFixture();
        var pull = fixture.Wait();
        Assert.False(pull.IsCompleted);

        var id = fixture.Publish("one");

        Assert.Equal(id, Assert.Single(await LocalPubSubFixture.Soon(pull)).Message.MessageId);
    }

    [Fact]
    public async Task Pull_WhileAllIsLeased_WakesWhenALeaseEnds()
    {
        using var fixture = new LocalPubSubFixture();
        var id = fixture.Publish("one");
        fixture.Take();
        var pull = fixture.Wait();

        fixture.Pass(10);

        Assert.Equal(id, Assert.Single(await LocalPubSubFixture.Soon(pull)).Message.MessageId);
    }

    [Fact]
    public async Task Pull_OfNothingForThirtySeconds_AnswersWithNone()
    {
        using var fixture = new LocalPubSubFixture();
        var pull = fixture.Wait();

        fixture.Pass(29.9);
        Assert.Equal(1, fixture.Broker.WaitingPulls(LocalPubSubFixture.Subscription));
        fixture.Pass(0.1);

        Assert.Empty(await LocalPubSubFixture.Soon(pull));
        Assert.Equal(0, fixture.Broker.WaitingPulls(LocalPubSubFixture.Subscription));
    }

    [Fact]
    public async Task Pull_Cancelled_GetsNothingAndTheNextGetsTheMessage()
    {
        using var fixture = new LocalPubSubFixture(dead: LocalPubSubFixture.FiveAttempts);
        using var gone = new CancellationTokenSource();
        var abandoned = fixture.WaitUnless(gone.Token);

        await gone.CancelAsync();
        fixture.Publish("one");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LocalPubSubFixture.Soon(abandoned));
        Assert.Equal(1, Assert.Single(fixture.Take()).DeliveryAttempt);
    }

    [Fact]
    public async Task Pull_CancelledBeforeItBegins_GetsNothing()
    {
        using var fixture = new LocalPubSubFixture();
        fixture.Publish("one");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.WaitUnless(new CancellationToken(canceled: true)));

        Assert.Single(fixture.Take());
    }

    [Fact]
    public async Task Pull_CancelledWhileItWakes_PassesTheMessageOn()
    {
        using var end = new CancellationTokenSource();
        for (var round = 0; round < 200; round++)
        {
            using var fixture = new LocalPubSubFixture();
            using var gone = new CancellationTokenSource();
            var first = fixture.WaitUnless(gone.Token);
            var second = fixture.WaitUnless(end.Token);

            fixture.Publish("one");
            await gone.CancelAsync();

            var taken = await TakenAsync(first);
            if (taken == 0)
            {
                taken = (await LocalPubSubFixture.Soon(second)).Count;
            }

            Assert.Equal(1, taken);
        }

        static async Task<int> TakenAsync(Task<IReadOnlyList<ReceivedMessage>> pull)
        {
            try
            {
                return (await LocalPubSubFixture.Soon(pull)).Count;
            }
            catch (OperationCanceledException)
            {
                return 0;
            }
        }
    }

    [Fact]
    public void Pull_MoreThanTwentyMegabytes_ComesInParts()
    {
        using var fixture = new LocalPubSubFixture();
        for (var i = 0; i < 5; i++)
        {
            fixture.Broker.Publish(LocalPubSubFixture.Topic, [new PubsubMessage { Data = ByteString.CopyFrom(new byte[9_000_000]) }]);
        }

        Assert.Equal([2, 2, 1, 0], new[] { fixture.Take().Count, fixture.Take().Count, fixture.Take().Count, fixture.Take().Count });
    }

    [Fact]
    public void Pull_MaxMessages_IsHonoured()
    {
        using var fixture = new LocalPubSubFixture();
        string[] published = [fixture.Publish("one"), fixture.Publish("two"), fixture.Publish("three")];

        var taken = fixture.Take(max: 2).Concat(fixture.Take(max: 2)).Select(message => message.Message.MessageId);

        Assert.Equal(published, taken);
    }

    [Fact]
    public void Publish_ToTwoSubscriptions_EachGetsTheMessageForItself()
    {
        using var fixture = new LocalPubSubFixture();
        const string other = "projects/p/subscriptions/other";
        fixture.Publish("before");
        fixture.Broker.CreateSubscription(new Subscription { Name = other, Topic = LocalPubSubFixture.Topic });
        var id = fixture.Publish("after");

        foreach (var message in fixture.Take())
        {
            fixture.Ack(message);
        }

        Assert.Equal(id, Assert.Single(fixture.Take(other)).Message.MessageId);
        Assert.Equal(0, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));
        Assert.Equal(1, fixture.Broker.Outstanding(other));
    }

    [Fact]
    public async Task ManyPullers_TwentyThousandMessages_EachIsTakenOnce()
    {
        using var fixture = new LocalPubSubFixture();
        using var done = new CancellationTokenSource();
        var taken = new ConcurrentBag<string>();
        var pullers = Enumerable.Range(0, 8).Select(_ => Task.Run(PullUntilDone)).ToArray();

        var published = new List<string>();
        for (var batch = 0; batch < 20; batch++)
        {
            published.AddRange(fixture.Broker.Publish(LocalPubSubFixture.Topic, [.. Enumerable.Range(0, 1000).Select(i => LocalPubSubFixture.Message($"{i}"))]));
        }

        await Task.WhenAll(pullers).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(published.Order(), taken.Order());
        Assert.Equal(0, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));

        async Task PullUntilDone()
        {
            while (!done.IsCancellationRequested)
            {
                try
                {
                    var batch = await fixture.WaitUnless(done.Token);
                    fixture.Broker.Acknowledge(LocalPubSubFixture.Subscription, [.. batch.Select(message => message.AckId)]);
                    batch.ToList().ForEach(message => taken.Add(message.Message.MessageId));
                    if (taken.Count == 20_000)
                    {
                        await done.CancelAsync();
                    }
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }
}
