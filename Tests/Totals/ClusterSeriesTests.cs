using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Totals;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Totals;

public sealed class ClusterSeriesTests
{
    private readonly ClusterSeries _series = new(new SieOptions(), new UnattributedSeries(), TimeProvider.System);

    [Fact]
    public void Show_ClustersOfOneName_IsOneSeriesWithTheirSum()
    {
        _series.Show([Of("p/a/c", 2), Of("p/b/c", 3), Of("q/a/c", 0), Of("p/a/d", 0)]);

        var document = Scrape();
        Assert.Equal(5, document.Interruptions("c"));
        Assert.Equal(0, document.Interruptions("d"));
    }

    [Fact]
    public void Show_OtherReasons_AreNotInTheOriginalsMetric()
    {
        _series.Show([new ClusterSnapshot("p/a/c", 1, [Total(4, InterruptionReason.HostError), Total(1, InterruptionReason.Preempted)])]);

        Assert.Equal(1, Scrape().Interruptions("c"));
    }

    [Fact]
    public void Show_LessThanBefore_ShowsTheStoresTruth()
    {
        _series.Show([Of("p/a/c", 5)]);
        _series.Show([Of("p/a/c", 3)]);

        Assert.Equal(3, Scrape().Interruptions("c"));
    }

    [Fact]
    public void Show_WithoutAClusterOfBefore_ShowsItNoMore_AndAnewWhenItIsBack()
    {
        _series.Show([Of("p/a/c", 5), Of("p/a/d", 1)]);
        _series.Show([Of("p/a/d", 1)]);
        var without = Scrape();
        _series.Show([Of("p/a/c", 2), Of("p/a/d", 1)]);

        Assert.Null(without.Interruptions("c"));
        Assert.Equal(1, without.Interruptions("d"));
        Assert.Equal(2, Scrape().Interruptions("c"));
    }

    [Fact]
    public async Task Show_ForTheFirstTime_NeverExportsAZeroThatIsNotTrue()
    {
        var clusters = Enumerable.Range(0, 4_000).Select(i => Of($"p/a/c{i}", 1_000)).ToList();
        using var done = new CancellationTokenSource();
        var scraping = Task.Run(async () =>
        {
            var zeros = 0;
            while (!done.IsCancellationRequested)
            {
                zeros += Scrape().Of(MetricNames.InterruptionEvents).Values.Count(v => v == 0);
            }

            return zeros;
        }, TestContext.Current.CancellationToken);

        for (var i = 0; i < 20; i++)
        {
            _series.Show(clusters.ConvertAll(c => c with { Key = $"{c.Key}-{i}" }));
        }

        await done.CancelAsync();
        Assert.Equal(0, await scraping);
    }

    private Exposition Scrape() => new(_series.TextOf(ExpositionForm.text));

    private static ClusterSnapshot Of(string key, long count) => new(key, 1, count == 0 ? [] : [Total(count, InterruptionReason.Preempted)]);

    private static PoolTotal Total(long count, string reason) =>
        new(new PoolLabels(new CapacityPool("pool", "zone", "type", "spot"), reason), count, DateTimeOffset.UnixEpoch, Lifetimes.None);
}
