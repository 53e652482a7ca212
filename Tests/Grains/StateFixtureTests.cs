using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Storage;
using Xunit;

namespace OrleansSie.Tests.Grains;

/// <summary>Records as earlier versions wrote them. A fixture is never changed: what is in stores out there does not change either.</summary>
public sealed class StateFixtureTests
{
    private const string Instance = """
        {"schema":1,"incarnations":[{"id":8430700000000001204,"createdAt":"2026-03-02T01:42:19.29412+00:00","firstAt":"2026-03-02T01:42:19.29412+00:00",
        "describedBy":"aaaaaaaaaaaaaaaaaaaaaa","cluster":"p/europe-west1/c","nodePool":"spot","machineType":"n2d-standard-8","provisioningModel":"spot","later":7}],
        "open":[{"id":"bbbbbbbbbbbbbbbbbbbbbb","instanceId":5,"at":"2026-03-02T10:42:31+00:00","arrivedAt":"2026-03-02T10:42:33+00:00","reason":"host_error",
        "nodePool":"","machineType":"","provisioningModel":""}],"counted":["cccccccccccccccccccccc"],"lastHeardAt":"2026-03-02T10:42:33+00:00","later":{"a":[1]}}
        """;

    private const string Cluster = """
        {"schema":1,"version":41,"indexed":true,"totals":[{"nodePool":"spot","zone":"europe-west1-c","machineType":"n2d-standard-8","provisioningModel":"spot","count":12}],
        "unconfirmed":{"dddddddddddddddddddddd":{"instance":"projects/p/zones/z/instances/n","at":1772448146}},
        "confirmed":[{"id":"eeeeeeeeeeeeeeeeeeeeee","at":1772448147}],"sealed":[{"name":"f00","at":1772448148}]}
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
        Assert.Equal((OpenStatus.parked, InterruptionReason.host_error, 5UL), (open.Status, open.Reason, open.InstanceId));
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
        Assert.Equal(new PoolLabels("spot", "europe-west1-c", "n2d-standard-8", "spot", InterruptionReason.preempted), Assert.Single(state.Totals).Labels());
        Assert.Equal("projects/p/zones/z/instances/n", state.Unconfirmed["dddddddddddddddddddddd"].Instance);
        Assert.Equal("eeeeeeeeeeeeeeeeeeeeee", Assert.Single(state.Confirmed).Id);
        Assert.Equal("f00", Assert.Single(state.Sealed).Name);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"schema\":0}")]
    [InlineData("{\"schema\":2,\"version\":1}")]
    [InlineData("{\"schema\":1,\"version\":\"one\"}")]
    public void Record_ThatCannotBeRead_IsAnErrorAndNeverAnEmptyState(string record) =>
        Assert.ThrowsAny<Exception>(() => _serializer.Deserialize<ClusterState>(BinaryData.FromString(record)));
}
