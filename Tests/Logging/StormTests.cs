using System.Text;
using Microsoft.Extensions.Logging;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Logging;
using OrleansSie.Tests.Streaming;
using Xunit;

namespace OrleansSie.Tests.Logging;

/// <summary>Hundreds of deliveries that fail, each logged by Orleans with its chain of exceptions.</summary>
public sealed class StormTests
{
    private const int Messages = 500;
    private const int MaxBytes = 16 * 1024;

    [Fact]
    public async Task Deliveries_ThatFailByHundreds_WriteAFewKilobytes()
    {
        using var log = new WrittenLog();
        var tries = 0;
        using (var bounded = new BoundedLoggerProvider(log, isDebug: false, TimeProvider.System))
        {
            await using var cluster = await StreamsCluster.StartAsync(
                1,
                options => options.CircuitFailureThreshold = int.MaxValue,
                logging => logging.AddSiloLogging(new SieOptions()).ClearProviders().AddProvider(bounded));
            cluster.PubSub.Redelivers = false;
            cluster.Probe.Effect = _ =>
            {
                Interlocked.Increment(ref tries);
                throw new InvalidOperationException("The state could not be written.", new IOException("the disk is full"));
            };
            for (var i = 0; i < Messages; i++)
            {
                cluster.PubSub.Publish($"ok/{i}");
            }

            await cluster.Observer.FailedAsync(Messages);
        }

        Assert.True(tries >= Messages, $"{tries} tries");
        Assert.Contains("Failed to deliver message", log.Text, StringComparison.Ordinal);
        Assert.Contains("IOException: the disk is full", log.Text, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(log.Text), 1, MaxBytes);
    }
}
