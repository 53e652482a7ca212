using System.Text;
using System.Text.Json;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Compute;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.Compute;

/// <summary>An instance as the API lists it, against the shapes that the API has.</summary>
public sealed class ListedInstanceTests
{
    private const string Node = """
        {"id":"8430700000000001204","name":"gke-1","creationTimestamp":"2026-03-01T17:42:20.276-08:00",
        "machineType":"https://www.googleapis.com/compute/v1/projects/p/zones/z/machineTypes/n2d-standard-8",
        "labels":{"goog-k8s-cluster-name":"c","goog-k8s-cluster-location":"europe-west1","goog-k8s-node-pool-name":"np"},
        "scheduling":{"preemptible":true,"provisioningModel":"SPOT"} }
        """;

    private static readonly DateTimeOffset _seen = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Sample_OfAPage_IsReadWhole()
    {
        var found = new List<InstanceObservation>();
        var scopes = new ListedScopes();

        var next = AggregatedPage.Read(
            Sample.Bytes("f1-instances.aggregatedList.page1"), "instances", scopes, new ObservationListing(found, _seen));

        var observation = Assert.Single(found);
        Assert.Equal(8430700000000001204UL, observation.Id);
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 1, 42, 20, 276, TimeSpan.Zero), observation.CreatedAt);
        Assert.Equal(new InstanceDescription("payments-eu", "europe-west1", "spot-n2d", "n2d-standard-8", "spot"), observation.Description);
        Assert.Equal("CgZvcGFxdWU=", next);
        Assert.Equal("us-east1-b", Assert.Single(scopes.Unreachable));
        Assert.True(scopes.HoldsAllOf("europe-west1-c"));
        Assert.True(scopes.HoldsAllOf("us-east1-d"), "no results are no fault");
        Assert.False(scopes.HoldsAllOf("us-east1-b"));
    }

    [Theory]
    [InlineData(""","scheduling":{"provisioningModel":"SPOT"}""", "spot")]
    [InlineData(""","scheduling":{"preemptible":true}""", "preemptible")]
    [InlineData(""","scheduling":{"preemptible":true,"provisioningModel":"STANDARD"}""", "preemptible")]
    [InlineData(""","scheduling":{"preemptible":false}""", "standard")]
    [InlineData(""","scheduling":{"preemptible":false,"provisioningModel":"STANDARD"}""", "standard")]
    [InlineData("", "")]
    public void ProvisioningModel_IsReadAsOfAnInsert(string scheduling, string model)
    {
        var observation = Read($$"""{"id":"1","name":"n","creationTimestamp":"2026-03-01T17:42:20Z"{{scheduling}}}""").Observation;

        Assert.Equal(model, observation!.Description.ProvisioningModel);
        Assert.Equal("", observation.Description.ClusterName);
    }

    [Theory]
    [InlineData("\"id\":\"8430700000000001204\"", "\"id\":\"many\"")]
    [InlineData("\"id\":\"8430700000000001204\"", "\"id\":\"0\"")]
    [InlineData("\"name\":\"gke-1\"", "\"name\":\"\"")]
    [InlineData("\"name\":\"gke-1\"", "\"name\":\"a/b\"")]
    [InlineData("2026-03-01T17:42:20.276-08:00", "yesterday")]
    [InlineData("\"goog-k8s-cluster-name\":\"c\"", "\"goog-k8s-cluster-name\":\"a \\\"b\\\"\"")]
    public void Instance_WithoutWhatIdentifiesIt_IsNotValid(string good, string bad)
    {
        Assert.True(Read(Node).IsValid);
        Assert.False(Read(Node.Replace(good, bad, StringComparison.Ordinal)).IsValid);
    }

    [Theory]
    [InlineData("gke-1", "gke-2")]
    [InlineData("8430700000000001204", "8430700000000001205")]
    [InlineData("17:42:20", "17:42:21")]
    [InlineData("n2d-standard-8", "n2d-standard-4")]
    [InlineData("\"c\"", "\"d\"")]
    [InlineData("\"europe-west1\"", "\"europe-west4\"")]
    [InlineData("\"np\"", "\"other\"")]
    [InlineData("SPOT", "STANDARD")]
    [InlineData("true", "false")]
    public void Fingerprint_TellsEveryChangeThatMatters(string before, string after)
    {
        Assert.Equal(Read(Node).Fingerprint, Read(Node.Replace("\"id\"", "\"status\":\"RUNNING\",\"id\"", StringComparison.Ordinal)).Fingerprint);
        Assert.NotEqual(Read(Node).Fingerprint, Read(Node.Replace(before, after, StringComparison.Ordinal)).Fingerprint);
    }

    private static (bool IsValid, int Fingerprint, InstanceObservation? Observation) Read(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        var instance = ListedInstance.Read(ref reader);
        return (instance.IsValid, instance.Fingerprint("z"), instance.IsValid ? instance.ToObservation(_seen) : null);
    }

    private sealed class ObservationListing(List<InstanceObservation> found, DateTimeOffset seen) : IComputeListing
    {
        public bool Take(string zone, ref Utf8JsonReader item)
        {
            found.Add(ListedInstance.Read(ref item).ToObservation(seen));
            return true;
        }

        public Task PageReadAsync(CancellationToken cancellation) => Task.CompletedTask;

        public void Retrying(ComputeException fault)
        {
        }
    }
}
