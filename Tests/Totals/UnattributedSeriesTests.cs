using System.Text;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Totals;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Totals;

public sealed class UnattributedSeriesTests
{
    [Fact]
    public async Task Update_WithLessThanBefore_ShowsTheStoresTruth()
    {
        var metrics = new MetricsRegistry();
        var series = new UnattributedSeries(metrics, TimeProvider.System);
        Show(5, 7);
        Assert.Equal((5d, 7d), await ShownAsync());

        // Only a store that lost commits goes back, and then every silo must show the same, whenever it started.
        Show(3, 2);
        Assert.Equal((3d, 2d), await ShownAsync());
        Show(4, 2);
        Assert.Equal((4d, 2d), await ShownAsync());

        void Show(long notGke, long reattributed)
        {
            series.Take([new UnattributedSnapshot(1, 0, null, new UnattributedCount(0, 0), new UnattributedCount(notGke, notGke), reattributed)]);
            series.Update();
        }

        async Task<(double? NotGke, double? Reattributed)> ShownAsync()
        {
            using var text = new MemoryStream();
            await metrics.WriteClusterWideAsync(text, TestContext.Current.CancellationToken);
            var exposition = new Exposition(Encoding.UTF8.GetString(text.ToArray()));
            return (exposition[$"{MetricNames.Unattributed}{{{MetricNames.CauseLabel}=\"not_gke\"}}"], exposition[MetricNames.Reattributed]);
        }
    }
}
