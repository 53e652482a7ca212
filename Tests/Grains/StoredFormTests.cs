using System.Text;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Gaps;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Nodes;
using OrleansSie.Grains.Serialization;
using OrleansSie.Grains.Unattributed;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Grains;

/// <summary>
/// The very bytes that a version wrote into the store, in <c>Fixtures/v1</c>, never to be changed: a cluster of 259 interruptions,
/// 256 of them in a segment, two in the tail, and one whose instance was stopped before it had recorded the count.
/// </summary>
public sealed class StoredFormTests
{
    private const string Segment = "segment-mZ3kq0X1yvE-1";
    private static readonly StateSerializer _serializer = new();

    [Fact]
    public async Task Silo_StartedOnTheBytesOfVersionOne_CountsNothingAgainAndGoesOn()
    {
        var storage = Stored();
        await using var cluster = await GrainCluster.StartAsync(storage);
        Assert.Equal(259, (await cluster.ChangesAsync()).Clusters.Single(c => c.Key == Cluster).Totals.Sum(t => t.Count));

        var grain = cluster.Grains.GetGrain<IClusterGrain>(Cluster);
        var labels = new PoolLabels(new CapacityPool("spot-pool", "europe-west1-c", "n2d-standard-8", "spot"), InterruptionReason.Preempted);
        string[] known = [.. Enumerable.Range(0, 256).Select(i => $"sealed-{i:D3}"), "counted-1", "counted-2", "counting-1"];
        await Task.WhenAll(known.Select(id => grain.Add(new Interruption(id, Instance, Noon, labels), 0)));
        Assert.Equal(Outcome.counted, await SendAsync(cluster, "-counting", Interrupted("counting-1", 41, Noon.AddMinutes(4))));
        Assert.Equal(Outcome.duplicate, await SendAsync(cluster, "-counted", Interrupted("counted-1", 11, Noon.AddMinutes(1))));
        Assert.Equal(Outcome.duplicate, await SendAsync(cluster, "-not-gke", Interrupted("not-gke-1", 31, Noon.AddMinutes(1))));
        Assert.Equal(Outcome.duplicate, await SendAsync(cluster, "-waiting", Interrupted("waiting-1", 21, Noon.AddMinutes(4))));
        Assert.Equal(259, await cluster.PreemptionsAsync(Cluster));

        Assert.Equal(Outcome.created, await SendAsync(cluster, "-waiting", Created("c5", 21, Noon)));
        Assert.Equal(Outcome.counted, await SendAsync(cluster, "", Interrupted("new", 1, Noon.AddMinutes(1))));
        Assert.Equal(261, await cluster.PreemptionsAsync(Cluster));
    }

    [Theory]
    [InlineData("instance-gke-1")]
    [InlineData("instance-gke-1-counted")]
    [InlineData("instance-gke-1-counting")]
    [InlineData("instance-gke-1-not-gke")]
    [InlineData("instance-gke-1-waiting")]
    [InlineData("instance-whole")]
    public void Instance_OfVersionOne_IsReadWholeAndWrittenAsItWas(string fixture)
    {
        var state = ReadAndCompare<InstanceState>(fixture);

        // A member that was renamed would be read as unknown, and written back as such.
        Assert.Null(state.Unknown);
        Assert.All(state.Incarnations, i => Assert.Null(i.Unknown));
        Assert.All(state.Open, o => Assert.Null(o.Unknown));
        Assert.All(state.Trimmed ?? [], t => Assert.Null(t.Unknown));
    }

    [Fact]
    public void Unattributed_OfVersionOne_IsReadWholeAndWrittenAsItWas()
    {
        var state = ReadAndCompare<UnattributedState>("unattributed");

        Assert.Null(state.Unknown);
        Assert.All(state.Interruptions.Values, i => Assert.Null(i.Unknown));
        Assert.All(state.Days, d => Assert.Null(d.Unknown));
    }

    [Fact]
    public void Record_OfALaterVersion_KeepsWhatIsUnknown_ButWhatFollowsFromTheRest()
    {
        const string Later = """{"s":1,"c":{"p/l/c":{"p":3,"later":1}},"y":{"sum":1},"later":[2]}""";

        var state = _serializer.Deserialize<ClusterIndexState>(BinaryData.FromString(Later));

        Assert.Equal("""{"s":1,"c":{"p/l/c":{"p":3,"later":1}},"later":[2]}""", _serializer.Serialize(state).ToString());
    }

    [Fact]
    public async Task Reason_OfALaterVersion_IsStoredAndShownAsItIs()
    {
        var storage = new TestStorage();
        storage.Put("cluster-index:all", Fixture("cluster-index"));
        storage.Put($"cluster:{Cluster}", Fixture("cluster").Replace("\"r\":\"preempted\"", "\"r\":\"later\"", StringComparison.Ordinal));
        await using var cluster = await GrainCluster.StartAsync(storage);

        await cluster.Grains.GetGrain<IClusterGrain>(Cluster).Register([new CapacityPool("new", "z", "n2", "spot")]);

        Assert.Equal(("later", 259), (await cluster.ChangesAsync()).Clusters.Single().Totals.Select(t => (t.Labels.ReasonLabel, t.Count)).First());
        Assert.Contains("\"r\":\"later\",\"c\":259", storage.Records[$"cluster:{Cluster}"], StringComparison.Ordinal);
    }

    [Fact]
    public void Cluster_OfVersionOne_IsReadWholeAndWrittenAsItWas()
    {
        var state = ReadAndCompare<ClusterState>("cluster");

        Assert.Null(state.Unknown);
        Assert.Null(Assert.Single(state.Totals).Unknown);
        Assert.Null(Assert.Single(state.Runs).Unknown);
        Assert.Equal(3, state.Tail.Count);
        Assert.All(state.Tail, e => Assert.Null(e.Unknown));
    }

    [Fact]
    public void SegmentAndIndex_OfVersionOne_AreReadWholeAndWrittenAsTheyWere()
    {
        var segment = ReadAndCompare<SegmentState>(Segment);
        var index = ReadAndCompare<ClusterIndexState>("cluster-index");

        Assert.Null(segment.Unknown);
        Assert.Equal(256, segment.Entries.Count);
        Assert.All(segment.Entries, e => Assert.Null(e.Unknown));
        Assert.Null(index.Unknown);
        var named = Assert.Single(index.Clusters);
        Assert.Equal((Cluster, 3), (named.Key, named.Value.Place));
        Assert.Null(named.Value.Unknown);
    }

    [Fact]
    public void ClusterWithEveryMember_Nodes_AndPullMark_OfVersionOne_AreReadWholeAndWrittenAsTheyWere()
    {
        var cluster = ReadAndCompare<ClusterState>("cluster-whole");
        var nodes = ReadAndCompare<NodesState>("nodes");
        var mark = ReadAndCompare<PullMarkState>("pull-mark");

        Assert.Null(cluster.Unknown);
        Assert.Null(Assert.Single(cluster.Totals).Unknown);
        Assert.All(cluster.Storms, storm => Assert.Null(storm.Unknown));
        Assert.Equal(["spot", null], cluster.Storms.Select(storm => storm.Pool));
        Assert.Equal([29_540_880, 1, 0, 2], cluster.Totals[0].Recent);
        Assert.Null(nodes.Unknown);
        Assert.Null(Assert.Single(nodes.Rows).Unknown);
        Assert.Null(Assert.Single(nodes.Zones).Value.Unknown);
        Assert.Equal((4, 7_200_000), (nodes.Rows[0].Running, nodes.Rows[0].Milliseconds));
        Assert.Null(mark.Unknown);
        Assert.Single(mark.Gaps);
    }

    private static T ReadAndCompare<T>(string fixture)
    {
        var stored = Fixture(fixture);
        var state = _serializer.Deserialize<T>(BinaryData.FromString(stored));
        Assert.Equal(stored, _serializer.Serialize(state).ToString());
        return state;
    }

    private static Task<Outcome> SendAsync(GrainCluster cluster, string suffix, InstanceEvent e) =>
        cluster.SendAsync(e with { Instance = Instance + suffix });

    private static TestStorage Stored()
    {
        var storage = new TestStorage();
        storage.Put("cluster-index:all", Fixture("cluster-index"));
        storage.Put($"cluster:{Cluster}", Fixture("cluster"));
        storage.Put($"{Segment}:{Cluster}", Fixture(Segment));
        foreach (var suffix in new[] { "", "-counted", "-counting", "-not-gke", "-waiting" })
        {
            storage.Put($"instance:{Instance}{suffix}", Fixture($"instance-gke-1{suffix}"));
        }

        return storage;
    }

    private static string Fixture(string name)
    {
        using var stream = typeof(StoredFormTests).Assembly.GetManifestResourceStream($"v1/{name}.json")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
