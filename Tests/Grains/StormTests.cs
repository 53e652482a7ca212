using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Grains;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Testing;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

public sealed class StormTests
{
    private static readonly CapacityPool _pool = new("spot", "z", "n2d", "spot");
    private static readonly CapacityPool _otherPool = _pool with { NodePool = "other" };

    [Fact]
    public async Task Storm_IsDurable_KeepsItsFirstMinute_AndEnds()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await ListAsync(cluster, 10, 2);
        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);

        await grain.Add(Lost(0, 1, Noon.AddSeconds(-30)));
        await grain.Add(Lost(1, 2, Noon));

        Storm[] both = [new Storm(null, Noon.AddMinutes(-1)), new Storm("spot", Noon.AddMinutes(-1))];
        await StormsAsync(cluster, both);
        await using (var after = await GrainCluster.StartAsync(cluster.Storage))
        {
            Assert.Equal(both, (await after.Grains.GetGrain<IClusterGrain>(Cluster).GetSnapshot(0, false)).Storms.OrderBy(s => s.NodePool));
        }

        cluster.Time.Advance(TimeSpan.FromMinutes(31));
        await StormsAsync(cluster, []);
        Assert.Empty(cluster.Storage.Read<ClusterState>($"cluster:{Cluster}").Storms);
        Assert.Equal(3, await cluster.PreemptionsAsync(Cluster));
    }

    [Fact]
    public async Task Storm_BeginsByTheShortWindow_AndEndsByTheLongOne()
    {
        var watch = new Watch();
        watch.Lose("spot", 2, 0);
        Assert.Empty(await watch.LookAsync());

        watch.Lose("spot", 1, 0);
        Assert.Equal(["spot"], await watch.LookAsync());

        // Three of ten within 15 minutes is more than a twentieth.
        watch.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(["spot"], await watch.LookAsync());
        watch.Lose("spot", 1, 14);
        watch.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(["spot"], await watch.LookAsync());
        watch.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.Empty(await watch.LookAsync());
        Assert.False(watch.IsBusy);
    }

    [Fact]
    public async Task Storm_IsNotBegun_ByABacklog_ByTooFew_ByPlannedEnds_OrWithoutAListing()
    {
        var watch = new Watch();
        watch.Lose("spot", 9, -20);
        watch.Lose("spot", 2, 0);
        watch.Lose("spot", 9, 0, InterruptionReason.Maintenance);
        watch.Lose("spot", 9, 0, InterruptionReason.Preempted, atLimit: true);
        watch.Lose("spot", 9, 0, InterruptionReason.Other);
        watch.Lose("spot", 9, 0, zone: "unlisted");
        Assert.Empty(await watch.LookAsync());

        watch.Lose("spot", 1, 0, InterruptionReason.HostError);
        Assert.Equal(["spot"], await watch.LookAsync());
    }

    [Fact]
    public async Task Storm_OfTheWholeCluster_IsOfTheNodesOfAllPools()
    {
        var watch = new Watch();
        watch.Lose("spot", 10, 0);
        Assert.Equal(["spot"], await watch.LookAsync());

        watch.Lose("other", 20, 0);
        Assert.Equal(["all", "spot"], await watch.LookAsync());
    }

    [Fact]
    public async Task Storm_WhileNodesCannotBeRead_NeitherBeginsNorEnds_UnlessNothingIsLost()
    {
        var watch = new Watch { CanRead = false };
        watch.Lose("spot", 9, 0);
        Assert.Empty(await watch.LookAsync());
        watch.CanRead = true;
        Assert.Equal(["spot"], await watch.LookAsync());

        watch.CanRead = false;
        watch.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(["spot"], await watch.LookAsync());
        watch.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(await watch.LookAsync());
    }

    [Fact]
    public async Task Storm_IsNotBegun_ByTheNodesOfAnOldListing()
    {
        var watch = new Watch();
        watch.Time.Advance(TimeSpan.FromMinutes(61));
        watch.Lose("spot", 9, 61);

        Assert.Empty(await watch.LookAsync());
    }

    [Fact]
    public async Task Storm_WhileNodesAreLost_IsNotEnded_ByAnOldListing()
    {
        var watch = new Watch();
        for (var minute = 0; minute <= 70; minute += 10)
        {
            watch.Lose("spot", 3, minute);
            Assert.Equal(["spot"], await watch.LookAsync());
            watch.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(6));
        }
    }

    [Fact]
    public void Share_IsOfTheNodesListed_AndOfThoseLostBeforeTheListing()
    {
        // Six lost in minute 100, four in minute 104; the listing in minute 102 shows five running.
        var total = Row("spot", InterruptionReason.Preempted, false, "z");
        Take(total, [100, 100, 100, 100, 100, 100, 104, 104, 104, 104], 104);
        NodeTotal[] nodes = [new NodeTotal(new NodeLabels(Cluster, _pool), 5, 0, Noon)];
        LossShare Share(long now, int minutes) => LossShare.Of(
            [total.Total()], nodes, new Dictionary<string, DateTimeOffset> { ["z"] = DateTimeOffset.FromUnixTimeSeconds(102 * 60) }, 10, now, minutes);

        Assert.Equal(new LossShare(10, 11), Share(105, 5));
        Assert.Equal(new LossShare(4, 5), Share(106, 5));
        Assert.Equal(0.8, Share(106, 5).Ratio, 6);
        Assert.Equal(new LossShare(10, 11), Share(106, 15));
        Assert.Equal(new LossShare(10, 11), Share(112, 15));
        Assert.Equal(new LossShare(0, 0), Share(113, 15));
        Assert.Equal(0, Share(120, 15).Ratio);
        Assert.Equal(1, new LossShare(4, 2).Ratio);
    }

    [Theory]
    [InlineData(new long[] { 100, 100, 103 }, 103, new long[] { 100, 2, 0, 0, 1 })]
    [InlineData(new long[] { 100, 98 }, 100, new long[] { 98, 1, 0, 1 })]
    [InlineData(new long[] { 100, 84, 85 }, 100, new long[] { 85, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 })]
    [InlineData(new long[] { 84, 10 }, 100, new long[] { })]
    [InlineData(new long[] { 900 }, 100, new long[] { 100, 1 })]
    public void Row_KeepsTheLossesOfTheLastMinutes_ByTheirOwnTimes(long[] minutes, long now, long[] kept)
    {
        var row = TotalRow.Of(new PoolLabels(_pool, InterruptionReason.Preempted), 0);

        Take(row, minutes, now);

        Assert.Equal(kept, row.Recent);
        Assert.Equal(minutes.Length, row.Count);
    }

    [Fact]
    public void Row_ForgetsLossesThatAreOver_AndThoseOfAClockThatWasAhead()
    {
        var row = TotalRow.Of(new PoolLabels(_pool, InterruptionReason.Preempted), 0);
        Take(row, [100, 110], 110);
        Take(row, [120], 120);
        Assert.Equal([110, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], row.Recent);

        Take(row, [50], 50);

        Assert.Equal([50, 1], row.Recent);
    }

    private static void Take(TotalRow row, long[] minutes, long now)
    {
        foreach (var minute in minutes)
        {
            row.Take(new Entry { At = minute * 60_000 }, now);
        }
    }

    private static Task ListAsync(GrainCluster cluster, long spot, long other) => cluster.Grains.GetGrain<INodesGrain>("p").Take(new NodeListing(
        cluster.Time.GetUtcNow(),
        [new ZoneListing("z", null, [new ListedNodes(new NodeLabels(Cluster, _pool), spot, 0, 0), new ListedNodes(new NodeLabels(Cluster, _otherPool), other, 0, 0)])]));

    private static ClusterEffects Lost(
        int first, int count, DateTimeOffset at, string reason = InterruptionReason.Preempted, bool atLimit = false) => new()
        {
            Interruptions = [.. Enumerable.Range(first, count).Select(i => new Interruption($"id-{i}", $"{Instance}-{i}", at, new PoolLabels(_pool, reason, atLimit)))],
        };

    private static async Task StormsAsync(GrainCluster cluster, IReadOnlyList<Storm> expected) =>
        await Eventually.IsAsync(
            async () => (await cluster.Grains.GetGrain<IClusterGrain>(Cluster).GetSnapshot(0, false)).Storms.OrderBy(s => s.NodePool).ToList(),
            storms => storms.SequenceEqual(expected));

    private static TotalRow Row(string pool, string reason, bool atLimit, string zone) =>
        TotalRow.Of(new PoolLabels(_pool with { NodePool = pool, Zone = zone }, reason, atLimit), 0);

    /// <summary>A watch over a GKE cluster of two pools: spot with 10 nodes and other with 90, both in the listed zone z.</summary>
    private sealed class Watch
    {
        private readonly ClusterState _state = new();
        private readonly StormWatch _watch;

        public Watch()
        {
            var nodes = new NodeSnapshot(
                "p",
                1,
                [new NodeTotal(new NodeLabels(Cluster, _pool), 10, 0, Noon), new NodeTotal(new NodeLabels(Cluster, _otherPool), 90, 0, Noon)],
                new Dictionary<string, DateTimeOffset> { ["z"] = Noon });
            _watch = new StormWatch(
                () => _state, () => [.. _state.Totals.Select(row => row.Total())], () => CanRead ? Task.FromResult(nodes) : Task.FromException<NodeSnapshot>(new TimeoutException()), new StormSettings(), Time, NullLogger.Instance, Cluster);
        }

        public FakeTimeProvider Time { get; } = new(Noon);

        public bool IsBusy => _watch.IsBusy;

        /// <summary>Whether the nodes can be read.</summary>
        public bool CanRead { get; set; } = true;

        /// <summary>Counts losses of a minute after noon.</summary>
        public void Lose(
            string pool, int count, int minute, string reason = InterruptionReason.Preempted, bool atLimit = false, string zone = "z")
        {
            var row = Row(pool, reason, atLimit, zone);
            _state.Totals.Add(row);
            StormTests.Take(row, [.. Enumerable.Repeat((Noon.ToUnixTimeSeconds() / 60) + minute, count)], Time.GetUtcNow().ToUnixTimeSeconds() / 60);
        }

        /// <summary>The node pools with a storm after a look.</summary>
        public async Task<IEnumerable<string>> LookAsync()
        {
            Time.Advance(TimeSpan.FromSeconds(6));
            await _watch.LookAsync(() => Task.CompletedTask);
            return _state.Storms.Select(storm => storm.Pool ?? "all").Order(StringComparer.Ordinal);
        }
    }
}
