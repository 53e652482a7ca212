using System.Text.Json.Nodes;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

public sealed class DescriptionTests
{
    [Theory]
    [InlineData("""[{"key":"goog-k8s-cluster-name","value":"c"}]""", "c")]
    [InlineData("""[{"value":"c","key":"goog-k8s-cluster-name"}]""", "c")]
    [InlineData("""[{"key":"GOOG-K8S-Cluster-Name","value":"c"}]""", "c")]
    [InlineData("""[{"key":"goog-k8s-cluster-name"},{"key":"goog-k8s-cluster-name","value":"c"}]""", "c")]
    [InlineData("""[{"key":"goog-k8s-cluster-name","value":""},{"key":"goog-k8s-cluster-name","value":"c"}]""", "c")]
    [InlineData("""[{"key":"goog-k8s-cluster-name","value":"c"},{"key":"goog-k8s-cluster-name","value":"d"}]""", "c")]
    [InlineData("""[1,null,"x",[],{},{"key":7,"value":"b"},{"key":"goog-k8s-cluster-name","value":["b"],"value":"c"}]""", "c")]
    [InlineData("""[{"key":"goog-k8s-cluster-name","value":{"value":"b"}}]""", "")]
    [InlineData("""[{"key":"goog-k8s-cluster-name-2","value":"b"}]""", "")]
    [InlineData("""{"goog-k8s-cluster-name":"c"}""", "c")]
    [InlineData("""{"Goog-K8s-cluster-name":"c","other":"b"}""", "c")]
    [InlineData("""{"goog-k8s-cluster-name":"b","goog-k8s-cluster-name":"c"}""", "c")]
    [InlineData("""{"goog-k8s-cluster-name":7}""", "")]
    [InlineData("""{"goog-k8s-cluster-name":"\u0063"}""", "c")]
    [InlineData("""{"\u0067oog-k8s-cluster-name":"c"}""", "c")]
    [InlineData("[]", "")]
    [InlineData("{}", "")]
    [InlineData("null", "")]
    [InlineData("\"goog-k8s-cluster-name\"", "")]
    public void ClusterName_InEachFormOfLabels_IsRead(string labels, string expected) =>
        Assert.Equal(expected, Describe($$$"""{"labels":{{{labels}}}}""").ClusterName);

    [Theory]
    [InlineData("""{"goog-k8s-node-pool-name":"gke","karpenter-sh-nodepool":"karpenter"}""", "gke")]
    [InlineData("""{"karpenter-sh-nodepool":"karpenter","goog-k8s-node-pool-name":"gke"}""", "gke")]
    [InlineData("""{"karpenter-sh-nodepool":"karpenter"}""", "karpenter")]
    [InlineData("""{"goog-k8s-node-pool-name":"","karpenter-sh-nodepool":"karpenter"}""", "karpenter")]
    [InlineData("""{"goog-gke-node":""}""", "")]
    public void NodePool_IsGkesElseKarpenters(string labels, string expected) =>
        Assert.Equal(expected, Describe($$$"""{"labels":{{{labels}}}}""").NodePool);

    [Theory]
    [InlineData("projects/904411223344/zones/europe-west1-c/machineTypes/n2d-standard-8", "n2d-standard-8")]
    [InlineData("zones/europe-west1-c/machineTypes/e2-custom-4-8192", "e2-custom-4-8192")]
    [InlineData("https://www.googleapis.com/compute/v1/projects/p/zones/z/machineTypes/c3-highcpu-22", "c3-highcpu-22")]
    [InlineData("n1-standard-1", "n1-standard-1")]
    [InlineData("zones/z/machineTypes/", "")]
    [InlineData("zones/z/machineTypes/n2 standard", "")]
    public void MachineType_InEachForm_IsItsLastPart(string machineType, string expected) =>
        Assert.Equal(expected, Describe($$$"""{"machineType":"{{{machineType}}}"}""").MachineType);

    [Theory]
    [InlineData("""{"provisioningModel":"SPOT"}""", "", "spot")]
    [InlineData("""{"provisioningModel":"spot","preemptible":false}""", "", "spot")]
    [InlineData("""{"provisioningModel":"SPOT","preemptible":true}""", "on-demand", "spot")]
    [InlineData("""{"preemptible":true}""", "", "preemptible")]
    [InlineData("""{"preemptible":"true"}""", "", "preemptible")]
    [InlineData("""{"provisioningModel":"STANDARD","preemptible":true}""", "spot", "preemptible")]
    [InlineData("""{"provisioningModel":"STANDARD","preemptible":false}""", "", "standard")]
    [InlineData("""{"provisioningModel":"STANDARD"}""", "", "standard")]
    [InlineData("""{"preemptible":false}""", "", "standard")]
    [InlineData("""{"preemptible":false}""", "spot", "standard")]
    [InlineData("""{"provisioningModel":"FLEX_START","preemptible":false}""", "", "flex_start")]
    [InlineData("""{"provisioningModel":"RESERVATION_BOUND"}""", "", "reservation_bound")]
    [InlineData("""{"provisioningModel":"NOT A MODEL"}""", "", "")]
    [InlineData("""{"provisioning_model":"SPOT"}""", "", "spot")]
    [InlineData("""{"provisioningModel":7,"preemptible":7}""", "", "")]
    [InlineData("""{"automaticRestart":true}""", "spot", "spot")]
    [InlineData("""{"automaticRestart":true}""", "on-demand", "")]
    [InlineData("null", "spot", "spot")]
    [InlineData("[]", "", "")]
    public void ProvisioningModel_BySchedulingThenByLabel(string scheduling, string label, string expected)
    {
        var request = $$$"""{"scheduling":{{{scheduling}}},"labels":{"goog-gke-node-pool-provisioning-model":"{{{label}}}"}}""";

        Assert.Equal(expected, Describe(request).ProvisioningModel);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public void Request_WithoutAnything_IsAnEmptyDescription(string? request) =>
        Assert.Equal(new InstanceDescription("", "", "", "", ""), Describe(request));

    [Fact]
    public void DiskLabels_AreNotTheInstances()
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        var request = entry["protoPayload"]!["request"]!.AsObject();
        request.Remove("labels");
        var disks = request["disks"]!.DeepClone();
        request.Remove("disks");
        request["disks"] = disks;

        Assert.Equal(new InstanceDescription("", "", "", "n2d-standard-8", "spot"), Parsing.Event(entry).Description);
    }

    [Theory]
    [InlineData("кластер-1")]
    [InlineData("集群_2")]
    [InlineData("v1.2")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890123")]
    public void Cluster_ThatALabelCanHold_IsTaken(string cluster) =>
        Assert.Equal(cluster, Describe($$$"""{"labels":{"goog-k8s-cluster-name":"{{{cluster}}}"}}""").ClusterName);

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\\u0000b")]
    [InlineData("a\\\"b")]
    [InlineData("a\u200bb")]
    [InlineData("😀")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    public void Value_ThatNoLabelCanHold_RefusesTheClusterAndEmptiesTheRest(string value)
    {
        Assert.Equal(Outcome.invalid_label, Parsing.Ignored(Creation($$$"""{"labels":{"goog-k8s-cluster-name":"{{{value}}}"}}""")));
        Assert.Equal(
            Outcome.invalid_label,
            Parsing.Ignored(Creation($$$"""{"labels":{"goog-k8s-cluster-name":"c","goog-k8s-cluster-location":"{{{value}}}"}}""")));

        var description = Describe(
            $$$"""
            {
              "labels": {"goog-k8s-cluster-name":"c","goog-k8s-node-pool-name":"{{{value}}}"},
              "machineType": "zones/z/machineTypes/{{{value.Replace("a/", "a ", StringComparison.Ordinal)}}}",
              "scheduling": {"provisioningModel":"{{{value}}}"}
            }
            """);
        Assert.Equal(new InstanceDescription("c", "", "", "", ""), description);
    }

    [Fact]
    public void InvalidLabel_OnAnEntryThatTellsNoCreation_DoesNotMatter()
    {
        var entry = Sample.Json(Parsing.InsertLast);
        entry["protoPayload"]!["request"]!["labels"] = new JsonObject { ["goog-k8s-cluster-name"] = "a b" };

        Assert.Equal(InstanceEventKind.create_finished, Parsing.Event(entry).Kind);
    }

    private static InstanceDescription Describe(string? request)
    {
        var description = Parsing.Event(Creation(request)).Description;
        Assert.NotNull(description);
        return description;
    }

    private static string Creation(string? request) =>
        $$$"""
        {"protoPayload":{"methodName":"v1.compute.instances.insert","resourceName":"projects/p/zones/z/instances/n"
        {{{(request is null ? "" : ",\"request\":" + request)}}}}}
        """;
}
