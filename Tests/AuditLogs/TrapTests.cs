using System.Text.Json.Nodes;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>
/// The traps on which other programs fall, as far as they concern the parser, by their numbers in the list of the research. The
/// seventh (pages of the Compute API) and the eleventh (a replica killed before its ack) are not its.
/// </summary>
public sealed class TrapTests
{
    [Fact]
    public void Trap01_FirstAndLastEntryOfAnInsert_AreOneCreationAndItsEnd()
    {
        var first = Parsing.Event(Sample.Bytes(Parsing.InsertFirst));
        var last = Parsing.Event(Sample.Bytes(Parsing.InsertLast));

        Assert.Equal((InstanceEventKind.created, InstanceEventKind.create_finished), (first.Kind, last.Kind));
        Assert.Equal((first.Instance, first.InstanceId), (last.Instance, last.InstanceId));
        Assert.NotEqual(first.EventId, last.EventId);
    }

    [Fact]
    public void Trap01_LastEntryWithAnError_TakesTheCreationBack()
    {
        var last = Sample.Json(Parsing.InsertLast);
        last["severity"] = "ERROR";
        last["protoPayload"]!["status"] = new JsonObject { ["code"] = 8, ["message"] = "ZONE_RESOURCE_POOL_EXHAUSTED" };

        Assert.Equal(InstanceEventKind.create_failed, Parsing.Event(last).Kind);
    }

    [Fact]
    public void Trap02_PreemptedPublishedTwice_IsOneEventWhateverTheMessagesIds()
    {
        var json = Sample.Json(Parsing.Preempted).ToJsonString();

        Assert.Equal(Parsing.Event(json, "1") with { MessageId = "2" }, Parsing.Event(json, "2"));
    }

    [Fact]
    public void Trap02_PreemptedTwiceWithTwoOperations_AreTwoEventsOfOneInstance()
    {
        var again = Sample.Json(Parsing.Preempted);
        again["operation"]!["id"] = "systemevent-1772448199999-64c0f51aa0f01-3d1c22b7-a1b2c3d4";
        var (first, second) = (Parsing.Event(Sample.Bytes(Parsing.Preempted)), Parsing.Event(again));

        Assert.Equal((first.Instance, first.InstanceId), (second.Instance, second.InstanceId));
        Assert.NotEqual(first.EventId, second.EventId);
    }

    [Fact]
    public void Trap02_InsertReplayedAfterThePreemption_IsTheSameEventAgain()
    {
        var before = Parsing.Event(Sample.Bytes(Parsing.InsertFirst));
        Parsing.Event(Sample.Bytes(Parsing.Preempted));

        Assert.Equal(before, Parsing.Event(Sample.Bytes(Parsing.InsertFirst)));
    }

    [Fact]
    public void Trap03_NameUsedAgainWithinAMinute_HasAnotherIdAndIdentity()
    {
        var replacement = Sample.Json(Parsing.Preempted);
        replacement["resource"]!["labels"]!["instance_id"] = "8430700000000009999";
        var (old, next) = (Parsing.Event(Sample.Bytes(Parsing.Preempted)), Parsing.Event(replacement));

        Assert.Equal(old.Instance, next.Instance);
        Assert.NotEqual(old.InstanceId, next.InstanceId);
        Assert.NotEqual(old.EventId, next.EventId);
    }

    [Fact]
    public void Trap04_ResourceNameWithNumberAndWithId_IsOneInstance()
    {
        var byId = Sample.Json(Parsing.InsertFirst);
        byId["protoPayload"]!["resourceName"] = Parsing.Node;

        Assert.Equal(Parsing.Event(Sample.Bytes(Parsing.InsertFirst)), Parsing.Event(byId));
    }

    [Theory]
    [InlineData("""[{"key":"goog-k8s-cluster-name","value":"c"}]""", "c")]
    [InlineData("""{"goog-k8s-cluster-name":"c"}""", "c")]
    [InlineData("""[{"key":"goog-k8s-cluster-name","value":""},{"key":"goog-k8s-cluster-name","value":"c"}]""", "c")]
    [InlineData("""[{"key":"goog-k8s-cluster-name","value":""}]""", "")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    public void Trap05_LabelsInEachForm_AreRead(string labels, string cluster)
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        entry["protoPayload"]!["request"]!["labels"] = JsonNode.Parse(labels);

        Assert.Equal(cluster, Parsing.Event(entry).Description!.ClusterName);
    }

    [Fact]
    public void Trap05_LabelsAndSchedulingAbsent_AreACreationOfUnknownKind()
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        var request = entry["protoPayload"]!["request"]!.AsObject();
        request.Remove("labels");
        request.Remove("scheduling");

        Assert.Equal(("", ""), (Parsing.Event(entry).Description!.ClusterName, Parsing.Event(entry).Description!.ProvisioningModel));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("requestMetadata")]
    [InlineData("authenticationInfo")]
    [InlineData("request")]
    public void Trap05_FieldOfAPreemptionAbsent_DoesNotMatter(string field)
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry["protoPayload"]!.AsObject().Remove(field);

        Assert.Equal(Parsing.Event(Sample.Bytes(Parsing.Preempted)), Parsing.Event(entry));
    }

    [Theory]
    [InlineData("v1.compute.instances.insert", InstanceEventKind.created)]
    [InlineData("beta.compute.instances.insert", InstanceEventKind.created)]
    [InlineData("alpha.compute.instances.insert", InstanceEventKind.created)]
    [InlineData("v1.compute.instances.bulkInsert", InstanceEventKind.bulk_created)]
    [InlineData("beta.compute.instances.bulkInsert", InstanceEventKind.bulk_created)]
    [InlineData("beta.compute.instances.delete", InstanceEventKind.deleted)]
    public void Trap05_CallOfEachVersion_IsItsEvent(string method, InstanceEventKind kind)
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        entry["protoPayload"]!["methodName"] = method;

        Assert.Equal(kind, Parsing.Event(entry).Kind);
    }

    [Fact]
    public void Trap05_UnknownMethodAndNotifyInstanceLocation_AreIgnoredByName()
    {
        const string Notify =
            """{"protoPayload":{"methodName":"NotifyInstanceLocation","serviceName":"compute.googleapis.com"},"resource":{"type":"gce_instance"}}""";
        var label = Sample.Json(Parsing.InsertFirst);
        label["protoPayload"]!["methodName"] = "v1.compute.instances.setLabels";

        Assert.Equal((Outcome.unknown_method, Outcome.unknown_method), (Parsing.Ignored(Notify), Parsing.Ignored(label)));
    }

    [Fact]
    public void Trap05_BulkInsertsRequestWithFiveParts_IsNoInstance()
    {
        var request = Sample.Json("b7-bulkInsert.first-no-instance");

        Assert.Equal(5, ((string)request["protoPayload"]!["resourceName"]!).Split('/').Length);
        Assert.Equal(Outcome.bulk_request, Parsing.Ignored(request));
        Assert.Equal(InstanceEventKind.bulk_created, Parsing.Event(Sample.Bytes(Parsing.BulkInstance)).Kind);
    }

    [Fact]
    public void Trap06_VmOutsideOfGke_HasADescriptionWithoutACluster()
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        entry["protoPayload"]!["request"]!["labels"] = new JsonArray(new JsonObject { ["key"] = "team", ["value"] = "batch" });

        var description = Parsing.Event(entry).Description!;

        Assert.Equal(("", "", ""), (description.ClusterName, description.ClusterLocation, description.NodePool));
        Assert.Equal("n2d-standard-8", description.MachineType);
    }

    [Fact]
    public void Trap08_RecreateAfterAPreemption_IsNotALoss()
    {
        var repair = Sample.Json("d5-repair.recreateInstance");

        Assert.StartsWith("repair-", (string)repair["operation"]!["id"]!, StringComparison.Ordinal);
        Assert.Equal(Outcome.not_a_loss, Parsing.Ignored(repair));
    }

    [Fact]
    public void Trap09_LegacyPreemptible_IsToldFromSpot()
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        entry["protoPayload"]!["request"]!["scheduling"] = new JsonObject { ["preemptible"] = true };

        Assert.Equal("spot", Parsing.Event(Sample.Bytes(Parsing.InsertFirst)).Description!.ProvisioningModel);
        Assert.Equal("preemptible", Parsing.Event(entry).Description!.ProvisioningModel);
    }

    [Fact]
    public void Trap10_TwoClustersOfOneName_AreToldApartByTheirLocation()
    {
        var other = Sample.Json(Parsing.InsertFirst);
        var location = other["protoPayload"]!["request"]!["labels"]!.AsArray().Single(label => (string?)label!["key"] == "goog-k8s-cluster-location")!;
        location["value"] = "us-central1";
        var (one, two) = (Parsing.Event(Sample.Bytes(Parsing.InsertFirst)).Description!, Parsing.Event(other).Description!);

        Assert.Equal(one.ClusterName, two.ClusterName);
        Assert.Equal(("europe-west1", "us-central1"), (one.ClusterLocation, two.ClusterLocation));
    }
}
