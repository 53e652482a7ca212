using Orleans.Streaming.PubSub;
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
        Assert.All(settled, s => Assert.True(s.IsDelivered && s.Item is TextItem));
        var status = Assert.Single(cluster.Statuses);
        Assert.Equal((300, 300, 0, 0), (status.Pulled, status.Acked, status.Nacked, status.InFlightMessages));
        Assert.NotNull(status.LastSuccessfulPull);
    }

    [Fact]
    public async Task Messages_OnThreeSilos_ArriveOnceAtTheirGrainAndEverySiloPulls()
    {
        await using var cluster = await StreamsCluster.StartAsync(3, o => o.MaxPullMessages = 1);
        for (var i = 0; i < 200; i++)
        {
            cluster.PubSub.Publish($"ok/{i}");
        }

        await cluster.Observer.SettledAsync(200);

        Assert.Equal(200, cluster.PubSub.Acked.Distinct().Count());
        Assert.Equal(200, cluster.Probe.Taken.Count);
        Assert.All(cluster.Probe.Taken.Values, times => Assert.Equal(1, times));
        Assert.Equal(3, cluster.Statuses.Count());
        Assert.All(cluster.Statuses, status => Assert.True(status.Pulled > 0));
    }

    [Fact]
    public async Task Message_WithoutSubscriber_IsNackedEveryTimeAndNeverAcked()
    {
        await using var cluster = await StreamsCluster.StartAsync(1, o => o.CircuitFailureThreshold = int.MaxValue);
        cluster.PubSub.Redelivers = false;
        for (var i = 0; i < 300; i++)
        {
            cluster.PubSub.Publish($"none/{i}");
        }

        await cluster.Observer.FailedAsync(300);
        cluster.PubSub.Publish("none/1");
        await cluster.Observer.FailedAsync(1);

        Assert.Equal(301, cluster.PubSub.Nacked.Count);
        Assert.Empty(cluster.PubSub.Acked);
        Assert.False(cluster.Observer.HasSettled);
    }

    [Theory]
    [InlineData("deaf")]
    [InlineData("wrong")]
    public async Task Message_NotTakenByAnObserver_IsNackedAndNeverAcked(string @namespace)
    {
        await using var cluster = await StreamsCluster.StartAsync(1);
        cluster.PubSub.Redelivers = false;
        var id = cluster.PubSub.Publish($"{@namespace}/1");

        var failed = await cluster.Observer.FailedAsync(1);

        Assert.Equal(id, failed[0].MessageId);
        Assert.IsType<TextItem>(failed[0].Item);
        Assert.Equal([id], cluster.PubSub.Nacked);
        Assert.Empty(cluster.PubSub.Acked);
    }

    [Fact]
    public async Task Message_NotTakenOnAnotherSilo_IsNackedAndNeverAcked()
    {
        await using var cluster = await StreamsCluster.StartAsync(3);
        cluster.PubSub.Redelivers = false;
        for (var i = 0; i < 9; i++)
        {
            cluster.PubSub.Publish($"deaf/{i}");
        }

        await cluster.Observer.FailedAsync(9);

        Assert.Equal(9, cluster.PubSub.Nacked.Count);
        Assert.Empty(cluster.PubSub.Acked);
    }

    [Fact]
    public async Task Consumer_ThatThrowsForOneStream_HoldsUpThatStreamAlone()
    {
        await using var cluster = await StreamsCluster.StartAsync(1);
        cluster.PubSub.Redelivers = false;
        cluster.Probe.Effect = item => item.Text == "ok/bad" ? throw new InvalidOperationException("The test asked for it.") : Task.CompletedTask;
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
    public async Task Silo_StoppingWhileAnEffectIsUnderWay_AcksItWhenItEnds()
    {
        await using var cluster = await StreamsCluster.StartAsync(1, o => o.QueuesPerSubscription = 1);
        using var agent = new AgentStop(StreamsCluster.Provider);
        var begun = new TaskCompletionSource();
        var durable = new TaskCompletionSource();
        cluster.Probe.Effect = _ =>
        {
            begun.TrySetResult();
            return durable.Task;
        };
        var id = cluster.PubSub.Publish("ok/1");
        await begun.Task;

        var stopping = cluster.StopAsync();
        await agent.Stopped;
        durable.SetResult();
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
        var begun = new TaskCompletionSource();
        var durable = new TaskCompletionSource();
        cluster.Probe.Effect = _ =>
        {
            begun.TrySetResult();
            return durable.Task;
        };
        var id = cluster.PubSub.Publish("ok/1");
        await begun.Task;

        var stopping = cluster.StopAsync();
        var abandoned = await cluster.Observer.AbandonedAsync(1);
        durable.SetResult();
        await stopping;

        Assert.Equal((id, PubSubAbandonment.Returned), (abandoned[0].Settlement.MessageId, abandoned[0].Reason));
        Assert.Equal([id], cluster.PubSub.Nacked);
        Assert.Empty(cluster.PubSub.Acked);
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
}
