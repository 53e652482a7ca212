using Microsoft.Extensions.Logging;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using OrleansSie.Tests.Compute;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>How often a store is asked what it promises, and what is said of it.</summary>
public sealed class DurabilityMonitorTests
{
    private static readonly StoreDurability _untold = new(AppendFsync.unknown, "unknown", null, "the server does not tell");
    private static readonly StoreDurability _weak = new(AppendFsync.everysec, "noeviction", null, null);
    private static readonly StoreDurability _evicting = new(AppendFsync.always, "allkeys-lru", "it may drop counts", null);

    [Fact]
    public async Task Store_ThatDoesNotTell_IsWarnedOfOnceAndAskedOnceAnHour() =>
        Assert.Equal(("StoreWarning", "01:00:00 01:00:00 01:00:00"), await WatchAsync(_untold, _untold, _untold));

    [Fact]
    public async Task Store_ThatIsAway_IsAskedSoonAndNothingIsSaid() =>
        Assert.Equal(("", "00:00:05 00:00:05"), await WatchAsync(null, null));

    [Fact]
    public async Task Store_ThatIsWeak_IsWarnedOfUntilItChanges() => Assert.Equal(
        "StoreWeak StoreWarning StoreWeak", (await WatchAsync(_weak, _weak, null, _weak, _untold, _weak)).Lines);

    [Fact]
    public async Task Store_ThatMayDropCounts_IsAnErrorEachTime() =>
        Assert.Equal(("StoreFault StoreFault", "00:10:00 00:10:00"), await WatchAsync(_evicting, _evicting));

    [Fact]
    public async Task EmbeddedStore_IsSaidNothingOf()
    {
        using var log = new LogRecorder();
        var metrics = new MetricsRegistry();
        using var monitor = new DurabilityMonitor(
            _ => Task.FromResult<StoreDurability?>(StoreDurability.Embedded), StorageProvider.embedded, metrics, TimeProvider.System, new Logger<DurabilityMonitor>(log));

        await monitor.StartAsync(TestContext.Current.CancellationToken);
        await monitor.ExecuteTask!;

        Assert.Empty(log.Lines);
    }

    /// <summary>Lets the monitor see one answer after the other; the lines and the pauses after each.</summary>
    private static async Task<(string Lines, string Pauses)> WatchAsync(params StoreDurability?[] answers)
    {
        using var log = new LogRecorder();
        var time = new SkippingTime();
        var asked = 0;
        var end = new TaskCompletionSource();
        using var monitor = new DurabilityMonitor(
            async cancel =>
            {
                if (asked == answers.Length)
                {
                    end.TrySetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, time, cancel);
                }

                return answers[asked++];
            },
            StorageProvider.redis,
            new MetricsRegistry(),
            time,
            new Logger<DurabilityMonitor>(log));

        await monitor.StartAsync(TestContext.Current.CancellationToken);
        await end.Task.WaitAsync(TestContext.Current.CancellationToken);
        await monitor.StopAsync(TestContext.Current.CancellationToken);
        return (string.Join(' ', log.Lines.Select(line => line.Event.Name)), string.Join(' ', time.Pauses));
    }
}
