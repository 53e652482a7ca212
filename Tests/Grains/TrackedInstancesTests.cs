using Microsoft.Extensions.DependencyInjection;
using OrleansSie.Grains;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>How many instances a silo has in memory.</summary>
public sealed class TrackedInstancesTests
{
    [Fact]
    public async Task Instance_IsTracked_WhileItsGrainIsInMemory()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        var storage = new TestStorage
        {
            BeforeRead = record =>
            {
                if (!record.StartsWith("instance:", StringComparison.Ordinal))
                {
                    return Task.CompletedTask;
                }

                asked.TrySetResult();
                return answer.Task;
            },
        };
        await using var cluster = await GrainCluster.StartAsync(storage);
        var metrics = new MetricsRegistry();
        using var bridge = new GrainMeterBridge(metrics, cluster.Cluster.Silos[0].ServiceProvider.GetRequiredService<GrainMetrics>());
        await bridge.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await TrackedAsync(metrics));

        var sent = cluster.SendAsync(Created());
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await TrackedAsync(metrics));

        answer.SetResult();
        await sent;
        await Eventually.IsAsync(() => TrackedAsync(metrics), tracked => tracked == 0);
    }

    private static async Task<double> TrackedAsync(MetricsRegistry metrics)
    {
        using var text = new MemoryStream();
        await metrics.WriteAsync(text, ExpositionForm.text, TestContext.Current.CancellationToken);
        return new Exposition(System.Text.Encoding.UTF8.GetString(text.ToArray())).Value(MetricNames.TrackedInstances);
    }
}
