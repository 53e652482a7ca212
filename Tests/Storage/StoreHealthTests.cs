using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using OrleansSie.Tests.Grains;
using Xunit;

namespace OrleansSie.Tests.Storage;

public sealed class StoreHealthTests
{
    [Fact]
    public async Task Store_ThatIsAnotherOne_ShutsTheGateSaysItOnceAndOpensItWhenItIsBack()
    {
        var cancel = TestContext.Current.CancellationToken;
        Exception? fault = null;
        var log = new LogRecorder();
        using var health = new StoreHealth(
            _ => fault is null ? Task.CompletedTask : Task.FromException(fault), "the store", new FakeTimeProvider(), new Logger<StoreHealth>(log));
        Assert.True(await health.LookAsync(cancel));

        fault = new StoreLostException("the store was emptied. Restore it.");
        Assert.False(await health.LookAsync(cancel));
        Assert.False(await health.LookAsync(cancel));
        fault = new IOException("being restored");
        Assert.False(await health.LookAsync(cancel));

        Assert.Equal(("the store was emptied. Restore it.", "the store was emptied. Restore it."), (health.Fault, health.Lost));
        Assert.Single(log.Lines, line => line.Event.Id == 3011);

        fault = null;
        Assert.True(await health.LookAsync(cancel));
        Assert.Equal((null, null), (health.Fault, health.Lost));
    }

    [Fact]
    public async Task Storage_OfAStoreThatIsAnotherOne_IsNeitherReadNorWritten()
    {
        using var health = new StoreHealth(
            _ => Task.FromException(new StoreLostException("the store was emptied.")), "the store", new FakeTimeProvider(), NullLogger<StoreHealth>.Instance);
        await health.LookAsync(TestContext.Current.CancellationToken);
        var inner = new TestStorage();
        var watched = new WatchedGrainStorage(inner, health, new StoreMetrics(new MetricsRegistry()));
        var state = new GrainState<NoteState>(new NoteState());
        var grain = GrainId.Create("note", "a");

        await Assert.ThrowsAsync<StoreLostException>(() => watched.WriteStateAsync("note", grain, state));
        await Assert.ThrowsAsync<StoreLostException>(() => watched.ReadStateAsync("note", grain, state));
        await Assert.ThrowsAsync<StoreLostException>(() => watched.ClearStateAsync("note", grain, state));

        Assert.Empty(inner.Records);
    }

    [Fact]
    public async Task Write_ThatHangs_IsWaitedForAndNotFollowedByAnother()
    {
        var cancel = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        var started = new SemaphoreSlim(0);
        var answer = new TaskCompletionSource();
        var writes = 0;
        using var health = new StoreHealth(
            _ =>
            {
                Interlocked.Increment(ref writes);
                started.Release();
                return answer.Task;
            },
            "the store",
            time,
            NullLogger<StoreHealth>.Instance);

        for (var look = 0; look < 3; look++)
        {
            var looking = health.LookAsync(cancel);
            if (look == 0)
            {
                await started.WaitAsync(cancel);
            }

            time.Advance(TimeSpan.FromSeconds(3));
            Assert.False(await looking);
        }

        Assert.Equal(1, writes);
        Assert.Contains("no answer within 3 s", health.Fault, StringComparison.Ordinal);

        var last = health.LookAsync(cancel);
        answer.SetResult();
        Assert.True(await last);
    }
}
