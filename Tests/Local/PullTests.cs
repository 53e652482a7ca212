using System.Collections.Concurrent;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Xunit;

namespace OrleansSie.Tests.Local;

public sealed class PullTests
{
    [Fact]
    public async Task Pull_OfNothing_WakesWhenAMessageIsPublished()
    {
        using var desk = new Desk();
        var pull = desk.Wait();
        Assert.False(pull.IsCompleted);

        var id = desk.Publish("one");

        Assert.Equal(id, Assert.Single(await Desk.Soon(pull)).Message.MessageId);
    }

    [Fact]
    public async Task Pull_WhileAllIsLeased_WakesWhenALeaseEnds()
    {
        using var desk = new Desk();
        var id = desk.Publish("one");
        desk.Take();
        var pull = desk.Wait();

        desk.Pass(10);

        Assert.Equal(id, Assert.Single(await Desk.Soon(pull)).Message.MessageId);
    }

    [Fact]
    public async Task Pull_OfNothingForThirtySeconds_AnswersWithNone()
    {
        using var desk = new Desk();
        var pull = desk.Wait();

        desk.Pass(29.9);
        Assert.Equal(1, desk.Broker.WaitingPulls(Desk.Subscription));
        desk.Pass(0.1);

        Assert.Empty(await Desk.Soon(pull));
        Assert.Equal(0, desk.Broker.WaitingPulls(Desk.Subscription));
    }

    [Fact]
    public async Task Pull_Cancelled_GetsNothingAndTheNextGetsTheMessage()
    {
        using var desk = new Desk(dead: Desk.FiveAttempts);
        using var gone = new CancellationTokenSource();
        var abandoned = desk.WaitUnless(gone.Token);

        await gone.CancelAsync();
        desk.Publish("one");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Desk.Soon(abandoned));
        Assert.Equal(1, Assert.Single(desk.Take()).DeliveryAttempt);
    }

    [Fact]
    public async Task Pull_CancelledBeforeItBegins_GetsNothing()
    {
        using var desk = new Desk();
        desk.Publish("one");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => desk.WaitUnless(new CancellationToken(canceled: true)));

        Assert.Single(desk.Take());
    }

    [Fact]
    public async Task Pull_CancelledWhileItWakes_PassesTheMessageOn()
    {
        using var end = new CancellationTokenSource();
        for (var round = 0; round < 200; round++)
        {
            using var desk = new Desk();
            using var gone = new CancellationTokenSource();
            var first = desk.WaitUnless(gone.Token);
            var second = desk.WaitUnless(end.Token);

            desk.Publish("one");
            await gone.CancelAsync();

            var taken = await TakenAsync(first);
            if (taken == 0)
            {
                taken = (await Desk.Soon(second)).Count;
            }

            Assert.Equal(1, taken);
        }

        static async Task<int> TakenAsync(Task<IReadOnlyList<ReceivedMessage>> pull)
        {
            try
            {
                return (await Desk.Soon(pull)).Count;
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
        using var desk = new Desk();
        for (var i = 0; i < 5; i++)
        {
            desk.Broker.Publish(Desk.Topic, [new PubsubMessage { Data = ByteString.CopyFrom(new byte[9_000_000]) }]);
        }

        Assert.Equal([2, 2, 1, 0], new[] { desk.Take().Count, desk.Take().Count, desk.Take().Count, desk.Take().Count });
    }

    [Fact]
    public void Pull_MaxMessages_IsHonoured()
    {
        using var desk = new Desk();
        string[] published = [desk.Publish("one"), desk.Publish("two"), desk.Publish("three")];

        var taken = desk.Take(max: 2).Concat(desk.Take(max: 2)).Select(message => message.Message.MessageId);

        Assert.Equal(published, taken);
    }

    [Fact]
    public void Publish_ToTwoSubscriptions_EachGetsTheMessageForItself()
    {
        using var desk = new Desk();
        const string other = "projects/p/subscriptions/other";
        desk.Publish("before");
        desk.Broker.CreateSubscription(new Subscription { Name = other, Topic = Desk.Topic });
        var id = desk.Publish("after");

        foreach (var message in desk.Take())
        {
            desk.Ack(message);
        }

        Assert.Equal(id, Assert.Single(desk.Take(other)).Message.MessageId);
        Assert.Equal(0, desk.Broker.Outstanding(Desk.Subscription));
        Assert.Equal(1, desk.Broker.Outstanding(other));
    }

    [Fact]
    public async Task ManyPullers_TwentyThousandMessages_EachIsTakenOnce()
    {
        using var desk = new Desk();
        using var done = new CancellationTokenSource();
        var taken = new ConcurrentBag<string>();
        var pullers = Enumerable.Range(0, 8).Select(_ => Task.Run(PullUntilDone)).ToArray();

        var published = new List<string>();
        for (var batch = 0; batch < 20; batch++)
        {
            published.AddRange(desk.Broker.Publish(Desk.Topic, [.. Enumerable.Range(0, 1000).Select(i => Desk.Message($"{i}"))]));
        }

        await Task.WhenAll(pullers).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(published.Order(), taken.Order());
        Assert.Equal(0, desk.Broker.Outstanding(Desk.Subscription));

        async Task PullUntilDone()
        {
            while (!done.IsCancellationRequested)
            {
                try
                {
                    var batch = await desk.WaitUnless(done.Token);
                    desk.Broker.Acknowledge(Desk.Subscription, [.. batch.Select(message => message.AckId)]);
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
