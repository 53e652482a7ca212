using System.Collections.Concurrent;
using Orleans.Streaming.PubSub;
using Xunit;

namespace OrleansSie.Tests.Streaming;

public sealed class LeaseManagerTests
{
    [Fact]
    public async Task Lease_InDelivery_IsRenewedWithinSecondsThenByThirds()
    {
        using var bench = new LeaseBench();
        var times = new ConcurrentQueue<TimeSpan>();
        bench.PubSub.OnModify = (_, _) =>
        {
            times.Enqueue(bench.Elapsed);
            return Task.CompletedTask;
        };
        await bench.TakeAsync(1);

        await bench.UntilAsync(() => bench.Status.Extended == 1, TimeSpan.FromSeconds(9));
        await bench.UntilAsync(() => bench.Status.Extended == 3);

        // A call may be noted some steps of the clock after it was due, and the next one not.
        var at = times.ToArray();
        Assert.True(at[0] >= TimeSpan.FromSeconds(2), $"renewed at once, after {at[0]}");
        Assert.True(at[1] - at[0] >= TimeSpan.FromSeconds(8), $"renewed again after {at[1] - at[0]}");
        Assert.All(bench.PubSub.Renewals, renewal => Assert.Equal(30, renewal.Seconds));
        Assert.Equal(0, bench.Status.LostLeases);
    }

    [Fact]
    public async Task Lease_Settled_IsNeverRenewed()
    {
        using var bench = new LeaseBench();
        var leases = await bench.TakeAsync(3);
        bench.Leases.Acknowledge(leases[0]);
        bench.Leases.Reject(leases[1]);

        await bench.UntilAsync(() => bench.Status.Extended == 2);

        Assert.All(bench.PubSub.Renewals, renewal => Assert.Equal([leases[2].MessageId], renewal.MessageIds));
    }

    [Fact]
    public async Task Leases_InGreatNumber_AreRenewedInRequestsThatPubSubTakes()
    {
        using var bench = new LeaseBench();
        await bench.TakeAsync(2500);

        await bench.UntilAsync(() => bench.Status.Extended == 2500);

        Assert.All(bench.PubSub.Renewals, renewal => Assert.InRange(renewal.MessageIds.Length, 1, 1000));
    }

    [Fact]
    public void Chunks_OfLongIds_StayBelowTheSizeLimit()
    {
        using var bench = new LeaseBench();
        var received = new PubSubReceived(FakePubSub.Subscription, "m", default, 0, default, new Dictionary<string, string>());
        var leases = Enumerable.Range(0, 1000).Select(_ => new PubSubMessage(bench.Leases, new PulledMessage(new string('x', 900), 1, received))).ToList();

        var chunks = AckIdChunks.Of(leases);

        Assert.Equal(1000, chunks.Sum(chunk => chunk.Count));
        Assert.All(chunks, chunk => Assert.InRange(chunk.Sum(AckIdChunks.Cost), 1, (512 * 1024) - 1));
    }

    [Fact]
    public async Task Lease_OlderThanAllowed_IsGivenUpAndItsLateVerdictIgnored()
    {
        using var bench = new LeaseBench(o => o.MaxLeaseAge = TimeSpan.FromMinutes(1));
        var lease = Assert.Single(await bench.TakeAsync(1));

        await bench.UntilAsync(() => bench.Status.Expired == 1);
        bench.Leases.Acknowledge(lease);

        var (settlement, reason) = Assert.Single(await bench.Observer.AbandonedAsync(1));
        Assert.Equal((lease.MessageId, PubSubAbandonment.TooOld), (settlement.MessageId, reason));
        Assert.Equal((0, 0L), (bench.Status.InFlightMessages, bench.Status.InFlightBytes));
        Assert.Equal(LeaseState.TooOld, lease.State);
        Assert.Empty(bench.PubSub.Acked);
    }

    [Fact]
    public async Task Lease_WhoseRenewalFailsUntilItEnds_IsCountedAsLostOnce()
    {
        using var bench = new LeaseBench();
        bench.PubSub.OnModify = (_, _) => throw new PubSubApiException(PubSubApiError.Transient, "down");
        await bench.TakeAsync(1);

        await bench.UntilAsync(() => bench.Elapsed > TimeSpan.FromSeconds(90) && bench.Status.LostLeases > 0);

        Assert.Equal(1, bench.Status.LostLeases);
    }

    [Fact]
    public async Task Acks_AreGatheredIntoRequestsOfAtMostAThousand()
    {
        using var bench = new LeaseBench();
        foreach (var lease in await bench.TakeAsync(1500))
        {
            bench.Leases.Acknowledge(lease);
        }

        await bench.UntilAsync(() => bench.Status.Acked == 1500);

        Assert.All(bench.PubSub.AckCallSizes, size => Assert.InRange(size, 1, 1000));
        Assert.InRange(bench.PubSub.AckCallSizes.Count, 2, 10);
        Assert.Equal(0, bench.Status.InFlightMessages);
    }

    [Fact]
    public async Task Ack_ThatFailsForAWhile_SettlesOnceWhenItSucceeds()
    {
        using var bench = new LeaseBench();
        var calls = 0;
        bench.PubSub.OnAcknowledge = _ => ++calls < 4 ? throw new PubSubApiException(PubSubApiError.Transient, "down") : Task.CompletedTask;
        var lease = Assert.Single(await bench.TakeAsync(1));
        Assert.True(lease.Ack("done"));
        Assert.False(lease.Ack("done again"));
        Assert.False(lease.Nack());

        await bench.UntilAsync(() => bench.Status.Acked == 1);

        var settlement = Assert.Single(await bench.Observer.SettledAsync(1));
        Assert.Equal((lease.MessageId, "done"), (settlement.MessageId, settlement.Result));
        Assert.False(bench.Observer.HasSettled);
        Assert.Equal(4, calls);
    }

    [Fact]
    public async Task Ack_ThatFailsUntilTheLeaseEnds_IsGivenUpWithoutSettling()
    {
        using var bench = new LeaseBench();
        bench.PubSub.OnAcknowledge = _ => throw new PubSubApiException(PubSubApiError.Transient, "down");
        bench.Leases.Acknowledge(Assert.Single(await bench.TakeAsync(1)));

        await bench.UntilAsync(() => bench.Status.Expired == 1);

        var (_, reason) = Assert.Single(await bench.Observer.AbandonedAsync(1));
        Assert.Equal(PubSubAbandonment.AckFailed, reason);
        Assert.False(bench.Observer.HasSettled);
        Assert.True(bench.Elapsed >= bench.Options.LeaseDuration);
        Assert.Equal(0, bench.Status.InFlightMessages);
    }

    [Fact]
    public async Task AckId_ThatIsRefused_DoesNotKeepItsNeighboursFromBeingAcked()
    {
        using var bench = new LeaseBench();
        var leases = await bench.TakeAsync(9);
        bench.PubSub.OnAcknowledge = ids => ids.Contains(leases[4].AckId)
            ? throw new PubSubApiException(PubSubApiError.Refused, "bad id")
            : Task.CompletedTask;
        leases.ForEach(lease => lease.Ack());

        await bench.UntilAsync(() => bench.Status.Acked == 8 && bench.Status.Expired == 1);

        Assert.DoesNotContain(leases[4].MessageId, bench.PubSub.Acked);
    }

    [Fact]
    public async Task Nack_WhileARenewalIsInFlight_WaitsSoThatItIsNotUndone()
    {
        using var bench = new LeaseBench();
        var renewing = new TaskCompletionSource();
        var renewed = new TaskCompletionSource();
        var order = new ConcurrentQueue<int>();
        bench.PubSub.OnModify = async (_, seconds) =>
        {
            if (seconds > 0)
            {
                renewing.TrySetResult();
                await renewed.Task;
            }

            order.Enqueue(seconds);
        };
        var lease = Assert.Single(await bench.TakeAsync(1));
        await bench.UntilAsync(() => renewing.Task.IsCompleted);
        bench.Leases.Reject(lease);
        bench.Time.Advance(TimeSpan.FromSeconds(1));

        renewed.SetResult();
        await bench.UntilAsync(() => bench.Status.Nacked == 1);

        Assert.Equal([30, 0], order);
        Assert.Single(await bench.Observer.FailedAsync(1));
    }

    [Fact]
    public async Task Messages_AboveTheirStreamsQuarter_WaitUntilItsOthersAreSettled()
    {
        using var bench = new LeaseBench(o => o.QueueCapacity = 8);
        var messages = await bench.TakeAsync(5, "one");
        await bench.TakeAsync(2, "other");
        Assert.Equal((3, 2), (bench.Leases.Waiting, bench.Leases.RoomOf(messages[0].Stream)));

        bench.Leases.HandOut(messages[0].Stream, [.. messages[..2]]);
        Assert.Equal((3, 0), (bench.Leases.Waiting, bench.Leases.RoomOf(messages[0].Stream)));

        messages[0].Ack();
        Assert.Equal((2, 1), (bench.Leases.Waiting, bench.Leases.RoomOf(messages[0].Stream)));
        messages[4].Nack();
        Assert.Equal((1, 1), (bench.Leases.Waiting, bench.Leases.RoomOf(messages[0].Stream)));
        bench.Leases.ReturnAll();
        Assert.Equal((0, 2, 0), (bench.Leases.Waiting, bench.Leases.RoomOf(messages[0].Stream), bench.Leases.HandedOut));
    }

    [Fact]
    public async Task Message_SettledBeforeItIsHandedOut_IsNotHandedOut()
    {
        using var bench = new LeaseBench();
        var messages = await bench.TakeAsync(2, "one");
        bench.Leases.Return(messages[0]);

        var batch = bench.Leases.HandOut(messages[0].Stream, [.. messages]);

        Assert.Same(messages[1], Assert.Single(batch!.Messages));
        Assert.Equal(1, bench.Leases.HandedOut);
    }

    [Fact]
    public async Task Finish_SendsTheAcksAndGivesBackTheRest()
    {
        using var bench = new LeaseBench();
        var leases = await bench.TakeAsync(3);
        bench.Leases.Acknowledge(leases[0]);

        await bench.Leases.FinishAsync(TimeSpan.FromSeconds(15));
        bench.Leases.Acknowledge(leases[1]);

        Assert.Equal([leases[0].MessageId], bench.PubSub.Acked);
        Assert.Equal([leases[1].MessageId, leases[2].MessageId], bench.PubSub.Nacked.Order());
        Assert.Equal(0, bench.Status.InFlightMessages);
        Assert.All(await bench.Observer.AbandonedAsync(2), a => Assert.Equal(PubSubAbandonment.Returned, a.Reason));
    }

    [Fact]
    public async Task Finish_WhileARenewalIsInFlight_StillReportsWhatThatSweepGaveUp()
    {
        using var bench = new LeaseBench(o => o.MaxLeaseAge = TimeSpan.FromSeconds(60));
        var old = Assert.Single(await bench.TakeAsync(1));
        bench.Time.Advance(TimeSpan.FromSeconds(30));
        await bench.TakeAsync(1);
        var renewing = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        bench.PubSub.OnModify = (_, seconds) =>
        {
            if (seconds == 0)
            {
                return Task.CompletedTask;
            }

            if (old.State != LeaseState.TooOld)
            {
                // What is not renewed is due in every sweep, so also in the one that gives up the other.
                throw new PubSubApiException(PubSubApiError.Transient, "down");
            }

            renewing.TrySetResult();
            return answer.Task;
        };
        await bench.UntilAsync(() => renewing.Task.IsCompleted);

        var finishing = bench.Leases.FinishAsync(TimeSpan.FromSeconds(15));
        answer.SetCanceled(TestContext.Current.CancellationToken);
        await finishing;

        Assert.Contains(await bench.Observer.AbandonedAsync(2), a => a == (old.Settlement(FakePubSub.Subscription), PubSubAbandonment.TooOld));
        Assert.Equal((0, 0L), (bench.Status.InFlightMessages, bench.Status.InFlightBytes));
    }

    [Fact]
    public async Task Finish_WithAPubSubThatDoesNotAnswer_EndsAtTheTimeout()
    {
        using var bench = new LeaseBench();
        bench.PubSub.OnAcknowledge = _ => throw new PubSubApiException(PubSubApiError.Transient, "down");
        bench.Leases.Acknowledge(Assert.Single(await bench.TakeAsync(1)));

        var finishing = bench.Leases.FinishAsync(TimeSpan.FromSeconds(15));
        await bench.UntilAsync(() => finishing.IsCompleted);

        await finishing;
        Assert.Equal(1, bench.Status.Expired);
        Assert.Empty(bench.PubSub.Acked);
    }
}
