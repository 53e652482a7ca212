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
    public void Write_WithLessThanBefore_ShowsTheStoresTruth()
    {
        var series = new UnattributedSeries();
        Show(5, 7);
        Assert.Equal((5d, 7d), Shown());

        // Only a store that lost commits goes back, and then every silo must show the same, whenever it started.
        Show(3, 2);
        Assert.Equal((3d, 2d), Shown());
        Show(4, 2);
        Assert.Equal((4d, 2d), Shown());

        void Show(long notGke, long reattributed)
        {
            series.Take([new UnattributedSnapshot(1, 0, null, new UnattributedCount(0, 0), new UnattributedCount(notGke, notGke), reattributed)]);
        }

        (double? NotGke, double? Reattributed) Shown()
        {
            var writer = new ExpositionWriter(ExpositionForm.text);
            series.Write(writer);
            var exposition = new Exposition(Encoding.UTF8.GetString(writer.Written.Span));
            return (exposition[$"{MetricNames.UnattributedGivenUp}{{{MetricNames.CauseLabel}=\"not_gke\"}}"], exposition[MetricNames.UnattributedCountedLater]);
        }
    }
}
