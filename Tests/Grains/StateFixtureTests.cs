using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Serialization;
using Xunit;

namespace OrleansSie.Tests.Grains;

/// <summary>Records as earlier versions wrote them. A fixture is never changed: what is in stores out there does not change either.</summary>
public sealed class StateFixtureTests
{
    private const string Instance = """
        {"s":1,"i":[{"i":8430700000000001204,"c":"2026-03-02T01:42:19.29412+00:00","f":"2026-03-02T01:42:19.29412+00:00",
        "d":"aaaaaaaaaaaaaaaaaaaaaa","k":"p/europe-west1/c","p":"spot","m":"n2d-standard-8","v":"spot","later":7}],
        "o":[{"i":"bbbbbbbbbbbbbbbbbbbbbb","n":5,"t":"2026-03-02T10:42:31+00:00","a":"2026-03-02T10:42:33+00:00","r":"host_error"}],
        "c":["cccccccccccccccccccccc"],"h":"2026-03-02T10:42:33+00:00","later":{"a":[1]}}
        """;

    private const string Cluster = """
        {"s":1,"v":41,"x":true,"t":[{"p":"spot","z":"europe-west1-c","m":"n2d-standard-8","v":"spot","r":"preempted","c":12}],
        "g":[{"a":"Zm9vYmFyYmE","f":3,"t":4}],"f":4,"b":3,"c":4,"n":[{"i":"dddddddddddddddddddddd","n":"node","t":1772448146123,"later":8}]}
        """;

    private static readonly StateSerializer _serializer = new();

    [Fact]
    public void Instance_OfSchemaOne_IsReadAndItsUnknownMembersAreWrittenBack()
    {
        var state = _serializer.Deserialize<InstanceState>(BinaryData.FromString(Instance));

        var incarnation = Assert.Single(state.Incarnations);
        Assert.Equal(8430700000000001204UL, incarnation.Id);
        Assert.Equal("p/europe-west1/c", incarnation.Cluster);
        var open = Assert.Single(state.Open);
        Assert.Equal((OpenStatus.waiting, InterruptionReason.HostError, 5UL), (open.Status, open.Reason, open.InstanceId));
        Assert.Equal(["cccccccccccccccccccccc"], state.Counted);
        var written = _serializer.Serialize(state).ToString();
        Assert.Contains("\"later\":7", written, StringComparison.Ordinal);
        Assert.Contains("\"later\":{\"a\":[1]}", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Cluster_OfSchemaOne_IsRead()
    {
        var state = _serializer.Deserialize<ClusterState>(BinaryData.FromString(Cluster));

        Assert.Equal((41, true), (state.Version, state.Indexed));
        Assert.Equal(new PoolLabels(new CapacityPool("spot", "europe-west1-c", "n2d-standard-8", "spot"), InterruptionReason.Preempted), Assert.Single(state.Totals).Labels());
        Assert.Equal((4L, 3L, 4L), (state.First, state.ConfirmedBefore, state.Confirmed));
        Assert.Equal(["Zm9vYmFyYmE-3", "Zm9vYmFyYmE-4"], state.Runs.SelectMany(r => r.Numbers().Select(r.NameOf)));
        Assert.Equal(("dddddddddddddddddddddd", "node", 1772448146123), (state.Tail[0].Id, state.Tail[0].Instance, state.Tail[0].At));
        Assert.Contains("\"later\":8", _serializer.Serialize(state).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"s\":0}")]
    [InlineData("{\"s\":2,\"v\":1}")]
    [InlineData("{\"s\":1,\"v\":\"one\"}")]
    public void Record_ThatCannotBeRead_IsAnErrorAndNeverAnEmptyState(string record) =>
        Assert.ThrowsAny<Exception>(() => _serializer.Deserialize<ClusterState>(BinaryData.FromString(record)));
}
