using Microsoft.Extensions.Time.Testing;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Totals;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Totals;

public sealed class InterruptionSeriesTests
{
    private const string Cluster = "project_id=\"p\",location=\"a\",kubernetes_cluster=\"c\"";
    private const string Others = "project_id=\"__other__\",location=\"__other__\",kubernetes_cluster=\"__other__\"";
    private const int OfHistogram = 32;
    private const int OfPool = 16 + 8 + OfHistogram;

    private static readonly DateTimeOffset _since = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly CapacityPool _pool = new("spot", "a-b", "n2d", "spot");

    [Fact]
    public void Show_APoolWithoutInterruptions_HasItsReasonsAtZero()
    {
        var shown = Show([Of("p/a/c", [Row(_pool)])]);

        Assert.Equal(
            [
                $"{Cluster},{LabelsOf("spot", "a-b")},reason=\"host_error\" 0",
                $"{Cluster},{LabelsOf("spot", "a-b")},reason=\"maintenance\" 0",
                $"{Cluster},{LabelsOf("spot", "a-b")},reason=\"preempted\" 0",
            ],
            Samples(shown, MetricNames.Interruptions));
        Assert.Empty(shown.Of(MetricNames.LastInterruption));
    }

    [Fact]
    public void Show_EveryReason_IsASeries_AndTheLimitOfALegacyInstanceIsApart()
    {
        var shown = Show([Of("p/a/c", [
            Row(_pool, 3), Row(_pool, 2, InterruptionReason.Preempted, atLimit: true), Row(_pool, 1, InterruptionReason.BareMetalPreemption)])]);

        Assert.Equal(
            ["bare_metal_preemption 1", "host_error 0", "maintenance 0", "preempted 3", "preemptible_limit 2"],
            Samples(shown, MetricNames.Interruptions).Select(s => s.Split("reason=")[1].Replace("\"", "", StringComparison.Ordinal)));
        Assert.Equal(5, shown.Interruptions("c"));
    }

    [Fact]
    public void Show_Lifetimes_AreAHistogramOfNodePoolTypeAndReason()
    {
        var shown = Show([Of("p/a/c", [
            Row(_pool, 3, lifetimes: new Lifetimes(new Dictionary<long, long> { [60] = 1, [300] = 2 }, 3, 500)),
            Row(_pool with { Zone = "a-c" }, 1, lifetimes: new Lifetimes(new Dictionary<long, long>(), 1, 3_000_000))])]);

        var labels = $"{Cluster},node_pool=\"spot\",machine_type=\"n2d\",reason=\"preempted\"";
        Assert.Equal(1, shown[$"sie_node_lifetime_seconds_bucket{{{labels},le=\"60\"}}"]);
        Assert.Equal(1, shown[$"sie_node_lifetime_seconds_bucket{{{labels},le=\"120\"}}"]);
        Assert.Equal(3, shown[$"sie_node_lifetime_seconds_bucket{{{labels},le=\"300\"}}"]);
        Assert.Equal(3, shown[$"sie_node_lifetime_seconds_bucket{{{labels},le=\"2592000\"}}"]);
        Assert.Equal(4, shown[$"sie_node_lifetime_seconds_bucket{{{labels},le=\"+Inf\"}}"]);
        Assert.Equal((4, 3_000_500), (shown[$"sie_node_lifetime_seconds_count{{{labels}}}"], shown[$"sie_node_lifetime_seconds_sum{{{labels}}}"]));
    }

    [Theory]
    [InlineData(60, 0)]
    [InlineData(61, 1)]
    [InlineData(0, 0)]
    [InlineData(2_400, 6)]
    [InlineData(2_401, 7)]
    [InlineData(2_592_000, 17)]
    [InlineData(2_592_001, 18)]
    public void Place_OfAnAge_IsThatOfTheFirstBoundNotBelowIt(long age, int place) => Assert.Equal(place, Lifetimes.PlaceOf(age));

    [Fact]
    public void Show_LastInterruption_IsTheLatestOfTheReason()
    {
        var shown = Show([Of("p/a/c", [
            Row(_pool, 1, last: _since.AddMinutes(9)), Row(_pool with { Zone = "a-c" }, 1, last: _since.AddMinutes(5))])]);

        Assert.Equal(1_800_000_540, shown[$"sie_last_interruption_timestamp_seconds{{{Cluster},reason=\"preempted\"}}"]);
    }

    [Fact]
    public void Show_WithoutSomeLabels_AddsUpWhatDiffersInNothingElse()
    {
        var options = new SieOptions { Metrics = new MetricsOptions { DropLabels = ["zone", "project_id", "provisioning_model"] } };
        var shown = Show([
            Of("p/a/c", [Row(_pool, 1), Row(_pool with { Zone = "a-c" }, 2)], 0), Of("q/a/c", [Row(_pool, 4)], 1)], options);

        Assert.Contains(
            "location=\"a\",kubernetes_cluster=\"c\",node_pool=\"spot\",machine_type=\"n2d\",reason=\"preempted\" 7", Samples(shown, MetricNames.Interruptions));
        Assert.Equal(3, shown.Of(MetricNames.Interruptions).Count);
    }

    [Fact]
    public void Show_ClustersAboveTheLimit_ShareOneSetOfLabels_ByTheirPlaces()
    {
        var options = new SieOptions { Metrics = new MetricsOptions { MaxClusters = 1 } };
        var shown = Show([Of("p/a/z", [Row(_pool, 1)], 0), Of("p/a/c", [Row(_pool, 2)], 1), Of("p/a/d", [Row(_pool, 4)], 2)], options);

        Assert.Equal((1, null, 6), (shown.Interruptions("z"), shown.Interruptions("c"), shown.Interruptions("__other__")));
        Assert.Contains(
            $"{Others},node_pool=\"__other__\",zone=\"__other__\",machine_type=\"__other__\",provisioning_model=\"__other__\",reason=\"preempted\" 6",
            Samples(shown, MetricNames.Interruptions));
        Assert.Equal(2, shown["sie_label_sets_without_place"]);
    }

    [Fact]
    public void Show_PoolsAboveTheLimit_KeepOrLackTheirPlacesForGood()
    {
        var rows = Enumerable.Range(0, 9).Select(i => Row(_pool with { NodePool = $"pool-{i}" }, i)).ToList();
        var options = new SieOptions { Metrics = new MetricsOptions { MaxSeriesPerCluster = 5 * OfPool } };

        // Later rows change nothing, and neither do later counts. A reason that comes last finds no place, though its pool has one.
        for (var known = 1; known <= rows.Count; known++)
        {
            List<PoolTotal> now = [.. rows.Take(known).Select(r => r with { Count = r.Count + 10 }), Row(_pool with { NodePool = "pool-0" }, 1, InterruptionReason.Other)];
            var shown = Show([Of("p/a/c", known == rows.Count ? now : now[..known])], options);

            var own = Samples(shown, MetricNames.Interruptions).Where(s => s.Contains("reason=\"preempted\"", StringComparison.Ordinal)).ToList();
            Assert.Equal(Math.Min(known, 5), own.Count(s => s.Contains("node_pool=\"pool-", StringComparison.Ordinal)));
            Assert.Equal(known > 5 ? 1 : 0, own.Count(s => s.Contains("node_pool=\"__other__\"", StringComparison.Ordinal)));
            Assert.Equal(now[..known].Sum(r => r.Count), shown.Interruptions("c"));
            var series = shown.Of(MetricNames.Interruptions).Count + shown.Text.Split('\n').Count(l => l.StartsWith("sie_node_lifetime_seconds_", StringComparison.Ordinal));
            Assert.InRange(series, 1, (5 * OfPool) + 4 + (2 * OfHistogram));
        }
    }

    [Fact]
    public void Show_Nodes_OfClustersThatAreShown_AreTheDenominatorWithTheSameLabels()
    {
        var series = new ClusterSeries(new SieOptions(), new UnattributedSeries(), TimeProvider.System);
        series.Show([new NodeSnapshot("p", 1, [
            new NodeTotal(new NodeLabels("p/a/c", _pool), 4, 7_200_999, _since), new NodeTotal(new NodeLabels("p/a/unknown", _pool), 9, 9, _since)], new Dictionary<string, DateTimeOffset>())]);
        Assert.DoesNotContain("sie_nodes{", series.TextOf(ExpositionForm.text), StringComparison.Ordinal);

        series.Show([Of("p/a/c", [Row(_pool, 1)])]);

        var shown = new Exposition(series.TextOf(ExpositionForm.text));
        var labels = $"{{{Cluster},{LabelsOf("spot", "a-b")}}}";
        Assert.Equal((4, 7_200), (shown[$"sie_nodes{labels}"], shown[$"sie_node_seconds_total{labels}"]));
        Assert.Single(shown.Of(MetricNames.Nodes));
    }

    [Fact]
    public void Show_Nodes_HaveSeriesOfTheirOwn_WhereTheInterruptionsOfTheirPoolHave()
    {
        var options = new SieOptions { Metrics = new MetricsOptions { MaxSeriesPerCluster = 2 * OfPool } };
        var series = new ClusterSeries(options, new UnattributedSeries(), TimeProvider.System);
        string[] pools = ["pool-2", "new", "pool-1", "pool-0"];
        NodeTotal NodesOf(CapacityPool pool) => new(new NodeLabels("p/a/c", pool), 1, 1_000, _since);
        series.Show([new NodeSnapshot(
            "p", 1, [.. pools.Select(pool => NodesOf(_pool with { NodePool = pool })), NodesOf(new CapacityPool("", "a-b", "", ""))], new Dictionary<string, DateTimeOffset>())]);

        // That of pool-2 has no place, and what the project keeps together never has. One that is not registered is not shown: it may get a place.
        List<PoolTotal> rows = [.. Enumerable.Range(0, 3).Select(i => Row(_pool with { NodePool = $"pool-{i}" }, 1))];
        Assert.Equal(["__other__ 2", "pool-0 1", "pool-1 1"], Shown());

        // A cluster that takes no further pools counts interruptions without a pool.
        rows.Add(Row(new CapacityPool("", "", "", ""), 1));
        Assert.Equal(["__other__ 3", "pool-0 1", "pool-1 1"], Shown());

        IEnumerable<string> Shown()
        {
            series.Show([Of("p/a/c", [.. rows])]);
            return Samples(new Exposition(series.TextOf(ExpositionForm.text)), MetricNames.Nodes)
                .Select(sample => sample.Split("node_pool=\"")[1].Split('"')[0] + sample[sample.LastIndexOf(' ')..]);
        }
    }

    [Fact]
    public void Show_AHistogramWithoutAPlace_IsTold()
    {
        var options = new SieOptions { Metrics = new MetricsOptions { MaxSeriesPerCluster = 140 } };
        List<PoolTotal> rows = [Row(_pool, 1), Row(_pool with { NodePool = "pool-1" }, 1)];
        Assert.Equal(0, Show([Of("p/a/c", rows)], options)["sie_label_sets_without_place"]);

        // 28 of 140 are left: enough for its counts, its nodes and its storms.
        rows.Add(Row(_pool with { NodePool = "pool-2" }, 1));

        Assert.Equal(1, Show([Of("p/a/c", rows)], options)["sie_label_sets_without_place"]);
    }

    [Fact]
    public void Show_WithoutAnyLabelOfTheCluster_KeepsThePools()
    {
        var options = new SieOptions { Metrics = new MetricsOptions { DropLabels = ["project_id", "location", "kubernetes_cluster"] } };
        var shown = Show([Of("p/a/c", [Row(_pool, 1)], 0), Of("q/a/d", [Row(_pool, 4)], 1)], options);

        Assert.Contains($"{LabelsOf("spot", "a-b")},reason=\"preempted\" 5", Samples(shown, MetricNames.Interruptions));
        Assert.Equal(0, shown["sie_label_sets_without_place"]);
    }

    [Fact]
    public void Show_ALaterReasonOfAPlacedPool_WhoseHistogramFindsNoPlace_KeepsItsCount()
    {
        var options = new SieOptions { Metrics = new MetricsOptions { MaxSeriesPerCluster = 100 } };
        List<PoolTotal> rows = [Row(_pool, 1), .. Enumerable.Range(0, 3).Select(i => Row(_pool with { NodePool = $"pool-{i}" }, 1)), Row(_pool, 2, InterruptionReason.HostError)];

        var samples = Samples(Show([Of("p/a/c", rows)], options), MetricNames.Interruptions).ToList();

        Assert.Contains($"{Cluster},{LabelsOf("spot", "a-b")},reason=\"host_error\" 2", samples);
    }

    [Fact]
    public void Show_Storms_ByPoolAndCluster_WithSharesThatChangeByTheTimeAlone()
    {
        var time = new FakeTimeProvider(_since);
        var series = new ClusterSeries(new SieOptions(), new UnattributedSeries(), time);
        var minute = RecentLosses.MinuteOf(_since);
        series.Show([Of("p/a/c", [Row(_pool, 3) with { Recent = new RecentLosses(minute - 1, [1, 2]) }]) with { Storms = [new Storm("spot", _since)] }]);

        // Without a listing only the storm that is on is shown.
        var unlisted = new Exposition(series.TextOf(ExpositionForm.text));
        Assert.Equal((1, 0, 0), (unlisted.Of(MetricNames.Storm).Count, unlisted.Of(MetricNames.ClusterStorm).Count, unlisted.Of(MetricNames.LostNodes).Count));
        NodeTotal NodesOf(string pool, long running) => new(new NodeLabels("p/a/c", _pool with { NodePool = pool }), running, 0, _since);
        series.Show([new NodeSnapshot("p", 1, [NodesOf("spot", 9), NodesOf("idle", 21)], new Dictionary<string, DateTimeOffset> { ["a-b"] = _since })]);

        // All three are from before the end of the listing's minute.
        var shown = new Exposition(series.TextOf(ExpositionForm.text));
        Assert.Equal((0.25, 0.25), (Share(shown, "5m"), Share(shown, "15m")));
        Assert.Equal((3 / 33d, 1, 0), (shown[$"sie_cluster_lost_nodes_ratio{{{Cluster},window=\"5m\"}}"], shown[$"sie_storm{{{Cluster},node_pool=\"spot\"}}"], shown[$"sie_cluster_storm{{{Cluster}}}"]));
        Assert.Equal(1_800_000_000, shown[$"sie_storm_start_timestamp_seconds{{{Cluster},node_pool=\"spot\"}}"]);
        Assert.Empty(shown.Of(MetricNames.ClusterStormStart));

        // A pool without a row has no place of its own.
        Assert.Equal(0, shown[$"sie_storm{{{Cluster},node_pool=\"__other__\"}}"]);

        time.Advance(TimeSpan.FromMinutes(6));
        shown = new Exposition(series.TextOf(ExpositionForm.text));
        Assert.Equal((0, 0.25), (Share(shown, "5m"), Share(shown, "15m")));
        time.Advance(TimeSpan.FromMinutes(10));
        shown = new Exposition(series.TextOf(ExpositionForm.text));
        Assert.Equal((0, 0), (Share(shown, "5m"), Share(shown, "15m")));

        double? Share(Exposition from, string window) => from[$"sie_lost_nodes_ratio{{{Cluster},node_pool=\"spot\",window=\"{window}\"}}"];
    }

    [Fact]
    public void Show_HostileLabelValues_StayInsideTheirQuotes()
    {
        var shown = Show([Of("p/a/c", [Row(new CapacityPool("a\"} 9\nb\\", "z", "t", ""), 1)])]);

        Assert.Contains("node_pool=\"a\\\"} 9\\nb\\\\\",zone=\"z\"", shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_InOpenMetrics_SaysWhenACounterWasZero_AndNamesTheLastInterruption()
    {
        var last = new LastInterruption(_since.AddSeconds(90.5), "node-1", "systemevent-1");
        var series = new ClusterSeries(new SieOptions(), new UnattributedSeries(), TimeProvider.System);
        series.Show([Of("p/a/c", [Row(_pool, 2) with { Last = last }])]);

        var text = series.TextOf(ExpositionForm.open_metrics);

        var labels = $"{{{Cluster},{LabelsOf("spot", "a-b")},reason=\"preempted\"}}";
        Assert.Contains($"# TYPE sie_interruptions counter\n", text, StringComparison.Ordinal);
        Assert.Contains(
            $"sie_interruptions_total{labels} 2 # {{instance=\"node-1\",operation=\"systemevent-1\"}} 1 1800000090.5\n"
                + $"sie_interruptions_created{labels} 1800000000\n",
            text, StringComparison.Ordinal);
        Assert.Contains("interruption_events_created{kubernetes_cluster=\"c\"} 1800000000\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("_created", series.TextOf(ExpositionForm.text), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_AnExemplarThatIsTooLong_LeavesTheOperationOut()
    {
        var last = new LastInterruption(_since, new string('n', 63), new string('o', 60));
        var series = new ClusterSeries(new SieOptions(), new UnattributedSeries(), TimeProvider.System);
        series.Show([Of("p/a/c", [Row(_pool, 2) with { Last = last }])]);

        var text = series.TextOf(ExpositionForm.open_metrics);

        Assert.Contains($"# {{instance=\"{new string('n', 63)}\"}} 1", text, StringComparison.Ordinal);
    }

    private static Exposition Show(IReadOnlyCollection<ClusterSnapshot> clusters, SieOptions? options = null)
    {
        var series = new ClusterSeries(options ?? new SieOptions(), new UnattributedSeries(), TimeProvider.System);
        series.Show(clusters);
        return new Exposition(series.TextOf(ExpositionForm.text));
    }

    private static IEnumerable<string> Samples(Exposition shown, string name) => shown.Text.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
        .Select(line => line[(name.Length + 1)..].Replace("}", "", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static string LabelsOf(string pool, string zone) => $"node_pool=\"{pool}\",zone=\"{zone}\",machine_type=\"n2d\",provisioning_model=\"spot\"";

    private static ClusterSnapshot Of(string key, IReadOnlyList<PoolTotal> totals, int place = 0) => new(key, 1, totals, Place: place);

    private static PoolTotal Row(
        CapacityPool pool,
        long count = 0,
        string reason = InterruptionReason.Preempted,
        bool atLimit = false,
        Lifetimes? lifetimes = null,
        DateTimeOffset? last = null) =>
        new(new PoolLabels(pool, reason, atLimit), count, _since, lifetimes ?? Lifetimes.None, last is { } at ? new LastInterruption(at) : null);
}
