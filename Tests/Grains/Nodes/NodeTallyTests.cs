using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Nodes;
using Xunit;

namespace OrleansSie.Tests.Grains.Nodes;

public sealed class NodeTallyTests
{
    private static readonly DateTimeOffset _noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly NodeLabels _labels = new("p/a/c", new CapacityPool("spot", "z", "n2d", "spot"));
    private readonly NodesState _state = new();

    [Fact]
    public void FirstListing_ShowsNodes_AndAddsNoTime()
    {
        Assert.True(List(0, before: null, running: 5, started: 0));

        Assert.Equal((5, 0), Row());
    }

    [Fact]
    public void Listing_AddsTheTimeOfNodesThatStayed_Started_AndHalfOfThoseGone()
    {
        List(0, before: null, running: 5, started: 0);

        // Five before, two started 1 min ago, four run: three are gone.
        List(300, before: 0, running: 4, started: 2, startedSeconds: 120);

        Assert.Equal((4, (2 * 300) + 120 + (3 * 150)), Row());
    }

    [Fact]
    public void Listing_ThatIsRepeated_OrLate_OrOfAWorkerThatKnewAnother_ChangesNothing()
    {
        List(0, before: null, running: 5, started: 0);
        List(300, before: 0, running: 5, started: 0);

        Assert.False(List(300, before: 0, running: 5, started: 0));
        Assert.False(List(200, before: 0, running: 9, started: 0));
        Assert.False(List(600, before: 0, running: 5, started: 0));
        Assert.False(List(600, before: null, running: 5, started: 0));
        Assert.False(List(250, before: 300, running: 5, started: 0));
        Assert.Equal((5, 1_500), Row());
    }

    [Fact]
    public void Listing_AfterALostOne_OrALongDowntime_AddsTheWholeTime()
    {
        List(0, before: null, running: 5, started: 0);
        List(86_400, before: 0, running: 5, started: 0);

        Assert.Equal((5, 5 * 86_400), Row());
    }

    [Fact]
    public void Zone_OutOfReach_KeepsItsNodes_AndCatchesUp()
    {
        List(0, before: null, running: 5, started: 0);
        Assert.False(NodeTally.Take(_state, new NodeListing(_noon.AddSeconds(300), [])));
        Assert.Equal((5, 0), Row());

        List(600, before: 0, running: 5, started: 0);
        Assert.Equal((5, 3_000), Row());
    }

    [Fact]
    public void Listing_AfterOneByAClockFarAhead_BeginsAnew_WithoutTime()
    {
        List(0, before: null, running: 5, started: 0);
        List(900_000, before: 0, running: 5, started: 0);

        Assert.True(List(600, before: 900_000, running: 4, started: 0));
        Assert.True(List(900, before: 600, running: 4, started: 0));
        Assert.Equal((4, (5 * 900_000) + (4 * 300)), Row());
    }

    [Fact]
    public void Labels_ThatVanish_KeepTheirTime()
    {
        List(0, before: null, running: 5, started: 0);
        NodeTally.Take(_state, new NodeListing(_noon.AddSeconds(300), [new ZoneListing("z", _noon, [])]));

        Assert.Equal((0, 5 * 150), Row());
    }

    [Fact]
    public void Labels_AboveTheLimit_ShareARow()
    {
        var nodes = Enumerable.Range(0, NodeTally.MaxRows + 10)
            .Select(i => new ListedNodes(_labels with { Pool = _labels.Pool with { NodePool = $"pool-{i}" } }, 1, 0, 0)).ToList();
        NodeTally.Take(_state, new NodeListing(_noon, [new ZoneListing("z", null, nodes)]));
        NodeTally.Take(_state, new NodeListing(_noon.AddSeconds(10), [new ZoneListing("z", _noon, nodes)]));

        Assert.Equal(NodeTally.MaxRows + 1, _state.Rows.Count);
        Assert.Equal((10, 100_000), (_state.Rows[^1].Running, _state.Rows[^1].Milliseconds));
        Assert.Equal(10_000L * (NodeTally.MaxRows + 10), _state.Rows.Sum(r => r.Milliseconds));
    }

    /// <summary>Lives against samples, in the default interval of five minutes, with listings that are lost, late and repeated.</summary>
    [Theory]
    [InlineData(1, 3_600, 0.02)]
    [InlineData(2, 3_600, 0.02)]
    [InlineData(3, 4 * 3_600, 0.02)]
    [InlineData(4, 86_400, 0.02)]
    public void Samples_OfAFleetWhoseNodesLiveAnHourOrMore_AreWithinTwoPercent(int seed, double meanLife, double bound)
    {
        var (exact, sampled) = Simulate(new Random(seed), least: 3_600, meanLife);

        Assert.InRange(sampled / exact, 1 - bound, 1 + bound);
    }

    /// <summary>The mean over many fleets: no bias.</summary>
    [Fact]
    public void Samples_OfManyFleets_AreNotBiased()
    {
        var ratios = Enumerable.Range(0, 40).Select(seed => Simulate(new Random(seed), least: 3_600, 2 * 3_600)).Select(r => r.Sampled / r.Exact).ToList();

        Assert.InRange(ratios.Average(), 0.998, 1.002);
    }

    /// <summary>What the page says of short lives: a node that lives less than the interval is seen only if a listing falls into its life.</summary>
    [Fact]
    public void Samples_OfNodesThatLiveMinutes_MissSomeOfTheirTime()
    {
        var ratios = Enumerable.Range(0, 20).Select(seed => Simulate(new Random(seed), least: 0, 600)).Select(r => r.Sampled / r.Exact).ToList();

        Assert.InRange(ratios.Average(), 0.9, 1.02);
    }

    private static (double Exact, double Sampled) Simulate(Random random, double least, double meanLife)
    {
        const int Interval = 300;
        const int End = 3 * 86_400;
        var lives = new List<(double Start, double End)>();
        for (var slot = 0; slot < 200; slot++)
        {
            for (var at = -random.NextDouble() * meanLife; at < End;)
            {
                var life = least + (-Math.Log(1 - random.NextDouble()) * (meanLife - least + 1));
                lives.Add((at, at + life));
                at += life + (random.NextDouble() * 600);
            }
        }

        var state = new NodesState();
        var (first, last) = (double.NaN, 0d);
        for (var at = 0; at < End; at += Interval)
        {
            // One in ten is lost, and an hour of each day nothing is listed; each is a little late.
            if (random.Next(10) == 0 || at % 86_400 is > 40_000 and < 43_600)
            {
                continue;
            }

            var now = at + Math.Floor(random.NextDouble() * 20);
            var before = state.Zones.TryGetValue("z", out var known) ? (known.At - _noon).TotalSeconds : double.NaN;
            var running = lives.FindAll(l => l.Start <= now && l.End > now);
            var started = running.FindAll(l => l.Start > before);
            var listing = new NodeListing(
                _noon.AddSeconds(now),
                [new ZoneListing("z", double.IsNaN(before) ? null : _noon.AddSeconds(before), [new ListedNodes(
                    _labels, running.Count, started.Count, (long)started.Sum(l => (now - l.Start) * 1_000))])]);
            NodeTally.Take(state, listing);
            NodeTally.Take(state, listing);
            first = double.IsNaN(first) ? now : first;
            last = now;
        }

        return (lives.Sum(l => Math.Max(0, Math.Min(l.End, last) - Math.Max(l.Start, first))), state.Rows.Sum(r => r.Milliseconds) / 1e3);
    }

    private bool List(int second, int? before, long running, long started, long startedSeconds = 0) => NodeTally.Take(
        _state,
        new NodeListing(
            _noon.AddSeconds(second),
            [new ZoneListing("z", before is { } at ? _noon.AddSeconds(at) : null, [new ListedNodes(_labels, running, started, startedSeconds * 1_000)])]));

    private (long Running, long Seconds) Row() => (Assert.Single(_state.Rows).Running, _state.Rows[0].Milliseconds / 1_000);
}
