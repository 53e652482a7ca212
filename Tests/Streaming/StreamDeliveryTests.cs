using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streaming.PubSub;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Streaming;

public sealed class StreamDeliveryTests
{
    [Fact]
    public async Task Messages_OnDistinctStreams_AreAllDeliveredOnceAndAcked()
    {
        await using var cluster = await StreamsCluster.StartAsync(1);
        for (var i = 0; i < 300; i++)
        {
            cluster.PubSub.Publish($"ok/{i}");
        }

        var settled = await cluster.Observer.SettledAsync(300);

        Assert.Equal(300, cluster.PubSub.Acked.Distinct().Count());
        Assert.Empty(cluster.PubSub.Nacked);
        Assert.Equal(300, cluster.Probe.Taken.Count);
        Assert.All(cluster.Probe.Taken.Values, times => Assert.Equal(1, times));
        Assert.All(settled, s => Assert.True(s is { IsDelivered: true, Item: TextItem, Result: "taken" }));
        var status = Assert.Single(cluster.Statuses);
        Assert.Equal((300, 300, 0, 0), (status.Pulled, status.Acked, status.Nacked, status.InFlightMessages));
        Assert.NotNull(status.LastSuccessfulPull);
    }

    [Fact]
    public async Task Messages_OnThreeSilos_AreEachConsumedOnTheSiloThatPulledThem()
    {
        // No two silos can hold all messages.
        await using var cluster = await StreamsCluster.StartAsync(3, o => o.QueueCapacity = 40);
        var held = new TaskCompletionSource();
        cluster.Probe.Effect = _ => held.Task;
        for (var i = 0; i < 200; i++)
        {
            cluster.PubSub.Publish($"ok/{i % 4}");
        }

        await Eventually.IsAsync(() => Task.FromResult(cluster.Statuses.Min(status => status.Pulled)), pulled => pulled > 0);
        held.SetResult();
        await cluster.Observer.SettledAsync(200);

        Assert.Equal(200, cluster.PubSub.Acked.Distinct().Count());
        Assert.All(cluster.Probe.Taken.Values, times => Assert.Equal(1, times));
        Assert.Equal(3, cluster.Statuses.Count());
        Assert.All(cluster.Statuses, status => Assert.Equal((true, status.Pulled), (status.Pulled > 0, status.Acked)));
        Assert.Empty(cluster.PubSub.Nacked);
    }

    [Fact]
    public async Task Messages_OfOneStream_ComeInFewBatchesAndAreSettledOneByOne()
    {
        await using var cluster = await StreamsCluster.StartAsync(1);
        cluster.PubSub.Redelivers = false;
        var begun = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        cluster.Probe.Effect = item =>
        {
            begun.TrySetResult();
            return item.MessageId == "m250" ? throw new InvalidOperationException("The test asked for it.") : held.Task;
        };
        var first = cluster.PubSub.Publish("ok/one");
        await begun.Task;
        for (var i = 0; i < 299; i++)
        {
            cluster.PubSub.Publish("ok/one");
        }

        await Eventually.IsAsync(() => Task.FromResult(cluster.Statuses.Single().Pulled), pulled => pulled == 300);
        held.SetResult();
        await cluster.Observer.SettledAsync(299);
        var failed = Assert.Single(await cluster.Observer.FailedAsync(1));

        Assert.Equal(("m250", "m1"), (failed.MessageId, first));
        Assert.Equal(["m250"], cluster.PubSub.Nacked);
        Assert.Equal(299, cluster.PubSub.Acked.Distinct().Count());
        Assert.InRange(cluster.Probe.Batches.Count, 3, 6);
        Assert.Equal(256, cluster.Probe.Batches.Max());
    }

    [Fact]
    public async Task Message_WithoutSubscriber_IsNackedEveryTimeAndNeverAcked()
    {
        using var log = new LogRecorder();
        await using var cluster = await StartAsync(1, log, o => o.CircuitFailureThreshold = int.MaxValue);
        cluster.PubSub.Redelivers = false;
        for (var i = 0; i < 300; i++)
        {
            cluster.PubSub.Publish($"none/{i}");
        }

        await cluster.Observer.FailedAsync(300);
        cluster.PubSub.Publish("none/1");
        await cluster.Observer.FailedAsync(1);

        Assert.Equal(301, cluster.PubSub.Nacked.Count);
        NothingIsAcked(cluster, log, "NoConsumer");
    }

    [Theory]
    [InlineData("deaf", "NotTaken")]
    [InlineData("wrong", "DeliveryFailed")]
    public async Task Message_NotTakenByAnObserver_IsNackedAndNeverAcked(string @namespace, string line)
    {
        using var log = new LogRecorder();
        await using var cluster = await StartAsync(1, log);
        cluster.PubSub.Redelivers = false;
        var id = cluster.PubSub.Publish($"{@namespace}/1");

        var failed = await cluster.Observer.FailedAsync(1);

        Assert.Equal(id, failed[0].MessageId);
        Assert.IsType<TextItem>(failed[0].Item);
        Assert.Equal([id], cluster.PubSub.Nacked);
        NothingIsAcked(cluster, log, line);
    }

    [Fact]
    public async Task Message_WhoseConsumerDoesNotLookAtIt_IsNackedAndNeverAcked()
    {
        using var log = new LogRecorder();
        await using var cluster = await StartAsync(1, log);
        cluster.PubSub.Redelivers = false;
        cluster.Probe.OnBatch = _ => Task.CompletedTask;
        cluster.Probe.CountsBatches = false;
        cluster.PubSub.Publish("ok/1");

        await cluster.Observer.FailedAsync(1);

        NothingIsAcked(cluster, log, "NotTaken");
    }

    [Fact]
    public async Task Message_OfAStreamWithTwoConsumers_IsNackedAndNeverAcked()
    {
        using var log = new LogRecorder();
        await using var cluster = await StartAsync(1, log);
        cluster.PubSub.Redelivers = false;
        cluster.Probe.OnBatch = async batch =>
        {
            var messages = batch.Messages;
            await Eventually.IsAsync(() => Task.FromResult(messages.All(message => message.IsSettled)), settled => settled);
        };
        cluster.PubSub.Publish("twice/1");
        cluster.PubSub.Publish("twice/1");

        await cluster.Observer.FailedAsync(2);

        NothingIsAcked(cluster, log, "SeveralConsumers");
    }

    [Fact]
    public async Task Message_WhoseConsumerIsOnAnotherSilo_IsNackedWithAClearError()
    {
        using var log = new LogRecorder();
        await using var cluster = await StartAsync(2, log, o => o.CircuitFailureThreshold = int.MaxValue);
        cluster.PubSub.Redelivers = false;
        cluster.Probe.OnBatch = batch =>
        {
            foreach (var message in batch.Messages)
            {
                message.Nack();
            }

            return Task.CompletedTask;
        };

        // Half of the grains are on the other silo, whichever silo pulls.
        for (var i = 0; i < 40; i++)
        {
            cluster.PubSub.Publish($"distant/{i}");
        }

        await cluster.Observer.FailedAsync(40);

        NothingIsAcked(cluster, log, "ConsumerElsewhere");
        Assert.InRange(cluster.Probe.Batches.Count, 0, 39);
    }

    [Fact]
    public async Task Consumer_ThatThrows_FailsWhatItHasNotSettledAndHoldsUpNoOtherStream()
    {
        using var log = new LogRecorder();
        await using var cluster = await StartAsync(1, log);
        cluster.PubSub.Redelivers = false;
        cluster.Probe.OnBatch = batch =>
        {
            var bad = batch.Messages.FirstOrDefault(message => ((TextItem)message.Item).Text == "ok/bad");
            return bad is null ? Task.WhenAll(batch.Messages.Select(cluster.Probe.SettleAsync)) : throw new InvalidOperationException("The test asked for it.");
        };
        var bad = cluster.PubSub.Publish("ok/bad");
        for (var i = 0; i < 50; i++)
        {
            cluster.PubSub.Publish($"ok/{i}");
        }

        await cluster.Observer.SettledAsync(50);
        var failed = await cluster.Observer.FailedAsync(1);

        Assert.Equal(bad, failed[0].MessageId);
        Assert.Equal([bad], cluster.PubSub.Nacked);
        Assert.Equal(50, cluster.PubSub.Acked.Count);
        Assert.DoesNotContain(bad, cluster.PubSub.Acked);
        Assert.Contains(log.Lines, l => l.Event.Name == "DeliveryFailed" && l.Text.Contains(bad, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Message_WhoseEffectIsUnderWay_IsAckedOnlyAfterIt()
    {
        await using var cluster = await StreamsCluster.StartAsync(1);
        var begun = new TaskCompletionSource();
        var durable = new TaskCompletionSource();
        cluster.Probe.Effect = item =>
        {
            begun.TrySetResult();
            return item.Text == "ok/slow" ? durable.Task : Task.CompletedTask;
        };
        var slow = cluster.PubSub.Publish("ok/slow");
        await begun.Task;
        cluster.PubSub.Publish("ok/fast");
        await cluster.Observer.SettledAsync(1);
        Assert.DoesNotContain(slow, cluster.PubSub.Acked);

        durable.SetResult();
        await cluster.Observer.SettledAsync(1);

        Assert.Contains(slow, cluster.PubSub.Acked);
        Assert.Empty(cluster.PubSub.Nacked);
    }

    [Fact]
    public async Task Messages_TakenOverAndLeftUnsettled_ComeWithTheNextBatchesUntilTheStreamHasItsQuarter()
    {
        await using var cluster = await StreamsCluster.StartAsync(1, o => o.QueueCapacity = 40);
        var hands = new System.Collections.Concurrent.ConcurrentQueue<PubSubMessage>();
        cluster.Probe.OnBatch = batch =>
        {
            foreach (var message in batch.Messages)
            {
                if (((TextItem)message.Item).Text == "ok/stuck")
                {
                    hands.Enqueue(message);
                }
                else
                {
                    message.Ack();
                }
            }

            return Task.CompletedTask;
        };
        for (var i = 0; i < 30; i++)
        {
            cluster.PubSub.Publish("ok/stuck");
        }

        await Eventually.IsAsync(() => Task.FromResult((cluster.Statuses.Single().Pulled, hands.Count)), now => now == (30, 10));
        for (var i = 0; i < 200; i++)
        {
            cluster.PubSub.Publish($"ok/{i}");
        }

        await cluster.Observer.SettledAsync(200);
        Assert.Equal(10, hands.Count);

        for (var i = 0; i < 30; i++)
        {
            await Eventually.IsAsync(() => Task.FromResult(hands.Count), count => count > 0);
            Assert.True(hands.TryDequeue(out var message) && message.Ack());
        }

        await cluster.Observer.SettledAsync(30);
        Assert.Empty(cluster.PubSub.Nacked);
    }

    [Fact]
    public async Task Silo_StoppingWhileAnEffectIsUnderWay_AcksItWhenItEnds()
    {
        await using var cluster = await StreamsCluster.StartAsync(1);
        using var agent = new AgentStop(StreamsCluster.Provider);
        var (taken, id) = await TakeAsync(cluster);

        var stopping = cluster.StopAsync();
        await agent.Stopped;
        Assert.True(taken.Ack());
        await stopping;

        Assert.Equal([id], cluster.PubSub.Acked);
        Assert.Empty(cluster.PubSub.Nacked);
        Assert.Equal(0, cluster.PubSub.Unsettled);
    }

    [Fact]
    public async Task Silo_StoppingBeforeAnEffectEnds_GivesTheMessageBackAfterTheTimeout()
    {
        await using var cluster = await StreamsCluster.StartAsync(1, o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(50));
        cluster.PubSub.Redelivers = false;
        var (taken, id) = await TakeAsync(cluster);

        var stopping = cluster.StopAsync();
        var abandoned = await cluster.Observer.AbandonedAsync(1);
        Assert.False(taken.Ack());
        await stopping;

        Assert.Equal((id, PubSubAbandonment.Returned), (abandoned[0].Settlement.MessageId, abandoned[0].Reason));
        Assert.Equal([id], cluster.PubSub.Nacked);
        Assert.Empty(cluster.PubSub.Acked);
    }

    [Fact]
    public async Task Silo_StoppingWhileMessagesWaitBehindABatch_GivesThemBackAtOnce()
    {
        await using var cluster = await StreamsCluster.StartAsync(1, o => o.MaxBatchMessages = 1);
        cluster.PubSub.Redelivers = false;
        var begun = new TaskCompletionSource<PubSubMessage>();
        var ends = new TaskCompletionSource();
        cluster.Probe.OnBatch = batch =>
        {
            begun.TrySetResult(batch.Messages[0]);
            return ends.Task;
        };
        cluster.PubSub.Publish("ok/1");
        var taken = await begun.Task;
        var waiting = cluster.PubSub.Publish("ok/1");
        await Eventually.IsAsync(() => Task.FromResult(cluster.Statuses.Single().Pulled), pulled => pulled == 2);

        var stopping = cluster.StopAsync();
        var abandoned = await cluster.Observer.AbandonedAsync(1);
        Assert.True(taken.Ack());
        ends.SetResult();
        await stopping;

        Assert.Equal(waiting, abandoned[0].Settlement.MessageId);
        Assert.Equal([taken.MessageId], cluster.PubSub.Acked);
        Assert.Equal([waiting], cluster.PubSub.Nacked);
    }

    [Fact]
    public async Task IgnoredAndUndecodableMessages_AreSettledWithoutADelivery()
    {
        await using var cluster = await StreamsCluster.StartAsync(1);
        cluster.PubSub.Redelivers = false;
        var ignored = cluster.PubSub.Publish("ignore:not ours");
        var undecodable = cluster.PubSub.Publish("throw");
        var delivered = cluster.PubSub.Publish("ok/1");

        var settled = await cluster.Observer.SettledAsync(2);
        var failed = await cluster.Observer.FailedAsync(1);

        Assert.Equal("not ours", Assert.Single(settled, s => !s.IsDelivered).Item);
        Assert.Equal((undecodable, null), (failed[0].MessageId, failed[0].Item));
        Assert.Equal([ignored, delivered], cluster.PubSub.Acked.Order());
        Assert.Equal([undecodable], cluster.PubSub.Nacked);
    }

    private static Task<StreamsCluster> StartAsync(short silos, LogRecorder log, Action<PubSubStreamOptions>? configure = null) =>
        StreamsCluster.StartAsync(silos, configure, logging => logging.ClearProviders().Services.AddSingleton<ILoggerFactory>(log));

    /// <summary>A consumer takes a message over, and its call returns.</summary>
    private static async Task<(PubSubMessage Message, string Id)> TakeAsync(StreamsCluster cluster)
    {
        var taken = new TaskCompletionSource<PubSubMessage>();
        cluster.Probe.OnBatch = batch =>
        {
            taken.TrySetResult(batch.Messages[0]);
            return Task.CompletedTask;
        };
        var id = cluster.PubSub.Publish("ok/1");
        return (await taken.Task, id);
    }

    private static void NothingIsAcked(StreamsCluster cluster, LogRecorder log, string line)
    {
        Assert.Empty(cluster.PubSub.Acked);
        Assert.False(cluster.Observer.HasSettled);
        var named = Assert.Single(log.Lines.Where(l => l.Event.Name == line).Take(1));
        Assert.Matches("m[0-9]+|several|more than one", named.Text);
    }
}
