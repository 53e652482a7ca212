using System.Text;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Events;
using OrleansSie.Silo.Logging;
using OrleansSie.Tests.Streaming;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Logging;

/// <summary>Hundreds of deliveries that fail, each logged with its chain of exceptions.</summary>
public sealed class StormTests
{
    private const int Messages = 500;
    private const int MaxBytes = 16 * 1024;

    [Fact]
    public async Task Deliveries_ThatFailByHundreds_WriteAFewKilobytes()
    {
        using var log = new WrittenLog();
        using var bench = new LeaseBench();
        PubSubBatch batch;
        using (var bounded = new BoundedLoggerProvider(log, isDebug: false, TimeProvider.System))
        {
            var direct = new DirectDeliveries(
                _ => Task.FromException<Outcome>(new InvalidOperationException("The state could not be written.", new IOException("the disk is full"))),
                DirectDeliverySettings.Default with { Deadline = TimeSpan.Zero },
                bench.Time,
                bounded.CreateLogger(typeof(DirectDeliveries).FullName!));
            batch = bench.HandOut(
                StreamId.Create(InstanceStream.Namespace, 1), [.. Enumerable.Range(0, Messages).Select(i => Interrupted($"i-{i}"))]);
            foreach (var message in batch.Messages)
            {
                direct.Take(message);
            }

            await bench.UntilAsync(() => batch.Messages.All(message => message.IsSettled));
        }

        Assert.Contains("could not take the event", log.Text, StringComparison.Ordinal);
        Assert.Contains("IOException: the disk is full", log.Text, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(log.Text), 1, MaxBytes);
    }
}
