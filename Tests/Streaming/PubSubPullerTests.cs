using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Streaming.PubSub;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Streaming;

public sealed class PubSubPullerTests
{
    [Fact]
    public async Task Pull_ThatFailsForAWhile_IsToldInTheStatusAndTriedAgain()
    {
        using var bench = new LeaseBench();
        var fails = true;
        bench.PubSub.OnPull = _ => fails ? throw new PubSubApiException(PubSubApiError.Missing, "create it") : Task.CompletedTask;
        bench.PubSub.Publish("ok/1");
        using var puller = Start(bench);
        await bench.UntilAsync(() => bench.Status.ConsecutivePullErrors >= 2);
        Assert.Equal("create it", bench.Status.LastError);
        Assert.Null(bench.Status.LastSuccessfulPull);
        Assert.Empty(puller.Buffer.TakeAll());

        fails = false;
        await bench.UntilAsync(() => bench.Status.Pulled == 1);

        Assert.Equal((0, null), (bench.Status.ConsecutivePullErrors, bench.Status.LastError));
        Assert.NotNull(bench.Status.LastSuccessfulPull);
        Assert.True(bench.Status.PullErrors >= 2);
    }

    [Fact]
    public async Task Pull_ThatFailsForMinutes_IsLoggedOnceAMinuteWithTheCount()
    {
        using var bench = new LeaseBench();
        using var log = new LogRecorder();
        bench.PubSub.OnPull = _ => throw new PubSubApiException(PubSubApiError.Transient, "connection refused");
        using var puller = Start(bench, logger: log);
        await bench.UntilAsync(() => bench.Status.ConsecutivePullErrors >= 60);

        var lines = log.Lines.Where(line => line.Event.Name == "PullFailed").ToList();
        Assert.InRange(lines.Count, 2, 1 + (int)bench.Elapsed.TotalMinutes);
        Assert.Contains("(failure 1)", lines[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("(failure 2)", lines[1].Text, StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Contains("check that Pub/Sub can be reached", line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pull_ThatFaultsUnexpectedly_DoesNotEndPulling()
    {
        using var bench = new LeaseBench();
        var calls = 0;
        bench.PubSub.OnPull = _ => ++calls == 1 ? throw new InvalidOperationException("The test asked for it.") : Task.CompletedTask;
        bench.PubSub.Publish("ok/1");
        using var puller = Start(bench);

        await bench.UntilAsync(() => bench.Status.Pulled == 1);

        Assert.Equal(1, bench.Status.PullErrors);
    }

    [Fact]
    public async Task Pull_ThatReturnsEmptyAtOnce_IsNotRepeatedAtOnce()
    {
        using var bench = new LeaseBench();
        var api = new EmptyPubSub();
        using var puller = Start(bench, api);
        await bench.UntilAsync(() => api.Pulls >= 20);

        Assert.True(bench.Elapsed >= TimeSpan.FromSeconds(1), $"20 pulls within {bench.Elapsed}");
        Assert.Equal(0, bench.Status.PullErrors);
    }

    [Fact]
    public async Task Pull_TheFirst_DoesNotWaitSoThatReadinessIsKnownAtOnce()
    {
        using var bench = new LeaseBench();
        var api = new EmptyPubSub();
        using var puller = Start(bench, api);
        await bench.UntilAsync(() => api.Pulls >= 3);

        Assert.Equal([false, true, true], api.Waited.Take(3));
    }

    [Fact]
    public async Task Stop_WithAPullWaiting_EndsAtOnce()
    {
        using var bench = new LeaseBench();
        using var puller = Start(bench);
        await bench.UntilAsync(() => bench.PubSub.IsPullPending);

        puller.Stop();

        await puller.Completion.WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        Assert.Equal(0, bench.Status.PullErrors);
    }

    [Fact]
    public async Task Stop_WhileAPullCompletes_GivesItsMessagesBack()
    {
        using var bench = new LeaseBench();
        var pulling = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        bench.PubSub.OnPull = _ =>
        {
            pulling.TrySetResult();
            return answer.Task;
        };
        var id = bench.PubSub.Publish("ok/1");
        using var puller = Start(bench);
        await pulling.Task;
        puller.Stop();
        answer.SetResult();

        await puller.Completion;
        await bench.UntilAsync(() => bench.Status.InFlightMessages == 0);

        Assert.Equal([id], bench.PubSub.Nacked);
        Assert.Empty(puller.Buffer.TakeAll());
    }

    [Fact]
    public async Task Stop_WithMessagesThatTheQueueDidNotTake_GivesThemBack()
    {
        using var bench = new LeaseBench();
        bench.Options.MaxPullMessages = 1;
        bench.PubSub.Publish("ok/1");
        bench.PubSub.Publish("ok/2");
        using var puller = Start(bench);
        await bench.UntilAsync(() => bench.Status.Pulled == 2 && bench.PubSub.IsPullPending);
        Assert.Single(puller.Buffer.TakeAll().First());

        puller.Stop();
        await bench.UntilAsync(() => bench.Status.Nacked == 1 && bench.Status.InFlightMessages <= 1);

        Assert.Equal(1, bench.Status.InFlightMessages);
    }

    [Fact]
    public async Task Decoder_ThatThrows_CostsItsOwnMessageAlone()
    {
        using var bench = new LeaseBench();
        var bad = bench.PubSub.Publish("throw");
        var ignored = bench.PubSub.Publish("ignore:why");
        bench.PubSub.Publish("ok/1");
        using var puller = Start(bench);

        await bench.UntilAsync(() => bench.Status is { Nacked: 1, Acked: 1, InFlightMessages: 1 });

        Assert.Equal([bad], bench.PubSub.Nacked);
        Assert.Equal([ignored], bench.PubSub.Acked);
        var message = Assert.Single(puller.Buffer.TakeAll().SelectMany(messages => messages), message => !message.IsSettled);
        Assert.Equal("ok/1", Assert.IsType<TextItem>(message.Item).Text);
        Assert.Equal(CircuitState.Closed, bench.Circuit.State);
    }

    private static PubSubPuller Start(LeaseBench bench, PubSubApi? api = null, ILogger? logger = null) => new(
        api ?? bench.PubSub,
        new TextDecoder(),
        bench.Leases,
        new PullBudget(bench.Options, bench.Status, bench.Leases, bench.Circuit),
        bench.Status,
        concurrentPulls: 1,
        bench.Time,
        logger ?? NullLogger.Instance);

    private sealed class EmptyPubSub : PubSubApi
    {
        private int _pulls;

        public ConcurrentQueue<bool> Waited { get; } = new();

        public int Pulls => Volatile.Read(ref _pulls);

        public override Task<IReadOnlyList<PulledMessage>> PullAsync(string subscription, int maxMessages, bool waits, CancellationToken cancellation)
        {
            Waited.Enqueue(waits);
            Interlocked.Increment(ref _pulls);
            return Task.FromResult<IReadOnlyList<PulledMessage>>([]);
        }

        public override Task AcknowledgeAsync(string subscription, IReadOnlyList<string> ackIds, CancellationToken cancellation) => Task.CompletedTask;

        public override Task ModifyAckDeadlineAsync(string subscription, IReadOnlyList<string> ackIds, int seconds, CancellationToken cancellation) =>
            Task.CompletedTask;
    }
}
