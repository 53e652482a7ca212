using System.Text.Json.Nodes;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

public sealed class InstanceReferenceTests
{
    private const string ByNumber = "projects/904411223344/zones/europe-west1-c/instances/node-1";

    [Theory]
    [InlineData("projects/acme-prod-001/zones/europe-west1-c/instances/node-1")]
    [InlineData("https://www.googleapis.com/compute/v1/projects/acme-prod-001/zones/europe-west1-c/instances/node-1")]
    [InlineData("https://compute.googleapis.com/compute/beta/projects/acme-prod-001/zones/europe-west1-c/instances/node-1")]
    [InlineData("//compute.googleapis.com/projects/acme-prod-001/zones/europe-west1-c/instances/node-1")]
    [InlineData(ByNumber)]
    public void ResourceName_InEachForm_IsOneKey(string resourceName)
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry["protoPayload"]!["resourceName"] = resourceName;

        Assert.Equal("projects/acme-prod-001/zones/europe-west1-c/instances/node-1", Parsing.Event(entry).Instance);
    }

    [Fact]
    public void Project_ScopedToADomain_IsKept()
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry["protoPayload"]!["resourceName"] = "projects/example.com:acme/zones/z/instances/node-1";

        Assert.Equal("projects/example.com:acme/zones/z/instances/node-1", Parsing.Event(entry).Instance);
    }

    [Theory]
    [InlineData("from-label", "from-link", "from-log", "from-label")]
    [InlineData("example.com:acme", "from-link", "from-log", "example.com:acme")]
    [InlineData("904411223344", "from-link", "from-log", "from-link")]
    [InlineData("a/b", "from-link", "from-log", "from-link")]
    [InlineData("a\nb", "from-link", "from-log", "from-link")]
    [InlineData(null, "from-link", "from-log", "from-link")]
    [InlineData(null, "904411223344", "from-log", "from-log")]
    [InlineData(null, null, "from-log", "from-log")]
    [InlineData(null, null, "example.com:acme", "example.com:acme")]
    [InlineData(null, null, "904411223344", Parsing.DefaultProject)]
    [InlineData(null, null, null, Parsing.DefaultProject)]
    public void ProjectNumber_IsResolvedFromTheFirstPlaceThatTellsTheId(string? label, string? link, string? log, string expected)
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        entry["protoPayload"]!["resourceName"] = ByNumber;
        entry["resource"]!["labels"]!["project_id"] = label;
        entry["protoPayload"]!["response"]!["targetLink"] =
            link is null ? null : $"https://www.googleapis.com/compute/v1/projects/{link}/zones/europe-west1-c/instances/node-1";
        entry["logName"] = log is null ? null : $"projects/{log}/logs/cloudaudit.googleapis.com%2Factivity";

        Assert.Equal($"projects/{expected}/zones/europe-west1-c/instances/node-1", Parsing.Event(entry).Instance);
    }

    [Fact]
    public void ResourceNameWithNumberAndWithId_OfOneVm_AreOneKey() =>
        Assert.Equal(Parsing.Event(Sample.Bytes(Parsing.Preempted)).Instance, Parsing.Event(Sample.Bytes(Parsing.DeleteFirst)).Instance);

    [Fact]
    public void ResourceName_ThatIsNoInstance_GivesWayToTheTargetLink()
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        entry["protoPayload"]!["resourceName"] = "projects/acme-prod-001/zones/europe-west1-c/instances";

        Assert.Equal(Parsing.Node, Parsing.Event(entry).Instance);
    }

    [Theory]
    [InlineData("\"8430700000000001204\"", 8430700000000001204ul)]
    [InlineData("8430700000000001204", 8430700000000001204ul)]
    [InlineData("\"18446744073709551615\"", 18446744073709551615ul)]
    [InlineData("\"18446744073709551616\"", null)]
    [InlineData("\"184448819...\"", null)]
    [InlineData("\"0\"", null)]
    [InlineData("0", null)]
    [InlineData("\"\"", null)]
    [InlineData("\"-5\"", null)]
    [InlineData("-5", null)]
    [InlineData("1e3", null)]
    [InlineData("\" 5\"", null)]
    [InlineData("\"5\\u0000\"", null)]
    [InlineData("\"\\ud800\"", null)]
    [InlineData("true", null)]
    [InlineData("null", null)]
    [InlineData("{\"a\":[1]}", null)]
    public void InstanceId_InEachForm_IsTheNumberOrAbsent(string json, ulong? expected)
    {
        var data = Sample.Json(Parsing.Preempted).ToJsonString()
            .Replace("\"instance_id\":\"8430700000000001204\"", "\"instance_id\":" + json, StringComparison.Ordinal);

        Assert.Equal(expected, Parsing.Event(data).InstanceId);
    }

    [Fact]
    public void InstanceId_AbsentFromTheLabels_IsTheTargetsWhenTheTargetIsTheInstance()
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        entry["resource"]!["labels"]!.AsObject().Remove("instance_id");
        var response = entry["protoPayload"]!["response"]!;
        Assert.Equal(8430700000000001204ul, Parsing.Event(entry).InstanceId);

        response["targetId"] = JsonValue.Create(77ul);
        Assert.Equal(77ul, Parsing.Event(entry).InstanceId);

        response["targetLink"] = "https://www.googleapis.com/compute/v1/projects/acme-prod-001";
        Assert.Null(Parsing.Event(entry).InstanceId);

        response["targetLink"] = "https://www.googleapis.com/compute/v1/projects/acme-prod-001/zones/europe-west1-c/instances/another";
        Assert.Null(Parsing.Event(entry).InstanceId);
    }
}
