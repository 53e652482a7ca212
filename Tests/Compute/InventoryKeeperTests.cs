using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Compute;

public sealed class InventoryKeeperTests
{
    [Theory]
    [InlineData(null, 1)]
    [InlineData("the reason", 0)]
    public async Task Start_SaysOnceWhetherInstancesAreListed(string? offBecause, int enabled)
    {
        using var log = new LogRecorder();
        var registry = new MetricsRegistry();
        using var keeper = new InventoryKeeper(
            new InventoryPlan(offBecause is null ? ["p"] : [], offBecause),
            new NoGrains(),
            new InventoryMetrics(registry),
            new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance),
            TimeProvider.System,
            new Logger<InventoryKeeper>(log));

        await keeper.StartAsync(TestContext.Current.CancellationToken);
        await keeper.StopAsync(TestContext.Current.CancellationToken);

        var lines = log.Lines.Where(l => l.Event.Name == nameof(InventoryLog.Off)).Select(l => l.Text);
        Assert.Equal(offBecause is null ? [] : ["No inventory is taken from the Compute API: the reason. Clusters are known by creation events alone."], lines);
        using var text = new MemoryStream();
        await registry.Registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        Assert.Equal(enabled, new Exposition(System.Text.Encoding.UTF8.GetString(text.ToArray()))["sie_inventory_enabled"]);
    }
}
