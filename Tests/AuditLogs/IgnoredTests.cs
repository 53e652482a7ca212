using System.Text;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

public sealed class IgnoredTests
{
    [Fact]
    public void Data_Empty_IsEmpty() => Assert.Equal(Outcome.empty, Parsing.Ignored([]));

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xC3, (byte)'"', (byte)':', (byte)'1', (byte)'}' })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    public void Data_NotUtf8_IsInvalidUtf8(byte[] data) => Assert.Equal(Outcome.invalid_utf8, Parsing.Ignored(data));

    [Fact]
    public void Entry_WithOneBrokenByteInAnIgnoredField_IsInvalidUtf8()
    {
        var data = Sample.Bytes(Parsing.Preempted);
        data[data.AsSpan().IndexOf("Instance was"u8)] = 0x80;

        Assert.Equal(Outcome.invalid_utf8, Parsing.Ignored(data));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("\uFEFF")]
    [InlineData("\uFEFF\uFEFF{}")]
    [InlineData("preempted")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{}x")]
    [InlineData("{}\0")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"protoPayload\":{\"methodName\":\"compute.instances.preempted\"}")]
    [InlineData("{\"protoPayload\":{\"methodName\":\"compute.instances.preempted\"}}]")]
    [InlineData("{/* no */}")]
    [InlineData("{\"a\":\"\n\"}")]
    public void Data_NotOneJsonText_IsNotJson(string data) => Assert.Equal(Outcome.not_json, Parsing.Ignored(data));

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"compute.instances.preempted\"")]
    [InlineData("[]")]
    [InlineData("[{\"protoPayload\":{\"methodName\":\"compute.instances.preempted\"}}]")]
    [InlineData("{}")]
    [InlineData("{\"protoPayload\":null}")]
    [InlineData("{\"protoPayload\":\"text\"}")]
    [InlineData("{\"protoPayload\":[{\"methodName\":\"compute.instances.preempted\"}]}")]
    [InlineData("{\"protoPayload\":{}}")]
    [InlineData("{\"protoPayload\":{\"methodName\":7}}")]
    [InlineData("{\"protoPayload\":{\"methodName\":\"\"}}")]
    [InlineData("{\"protoPayload\":{\"methodName\":{\"methodName\":\"compute.instances.preempted\"}}}")]
    [InlineData("{\"methodName\":\"compute.instances.preempted\"}")]
    [InlineData("{\"textPayload\":\"hello\"}")]
    public void Json_WithoutAMethod_IsNotAnAuditLog(string data) => Assert.Equal(Outcome.not_an_audit_log, Parsing.Ignored(data));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("projects/acme-prod-001/zones/europe-west1-c/disks/gke-node")]
    [InlineData("projects/acme-prod-001/regions/europe-west1/instances/gke-node")]
    [InlineData("projects/acme-prod-001/zones/europe-west1-c/instances")]
    [InlineData("projects/acme-prod-001/zones/europe-west1-c/instances/")]
    [InlineData("projects/acme-prod-001/zones//instances/gke-node")]
    [InlineData("projects//zones/europe-west1-c/instances/gke-node")]
    [InlineData("projects/acme-prod-001/zones/europe-west1-c/instances/gke-node/disks")]
    [InlineData("/projects/acme-prod-001/zones/europe-west1-c/instances/gke-node")]
    [InlineData("https://www.googleapis.com/compute/v1/zones/europe-west1-c/instances/gke-node")]
    [InlineData("projects/acme-prod-001/zones/europe-west1-c/instances/gke\nnode")]
    [InlineData("projects/acme-prod-001/zones/europe-west1-c/instances/gke\u0000node")]
    [InlineData("projects/acme-prod-001/zones/europe-west1-c/instances/gke\u007fnode")]
    [InlineData("projects/acme-prod-001/zones/europe-west1-c/instances/gke\u0085node")]
    [InlineData("projects/acme-prod-001/zones/europe\u009fwest1-c/instances/gke-node")]
    public void KnownMethod_ThatNamesNoInstance_IsNotAnInstance(string? resourceName)
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry["protoPayload"]!["resourceName"] = resourceName;

        Assert.Equal(Outcome.not_an_instance, Parsing.Ignored(entry));
    }

    [Fact]
    public void InstanceKey_UpTo1024Characters_IsTaken()
    {
        var prefix = "projects/acme-prod-001/zones/europe-west1-c/instances/";
        var entry = Sample.Json(Parsing.Preempted);

        entry["protoPayload"]!["resourceName"] = prefix + new string('ж', 1024 - prefix.Length);
        Assert.Equal(1024, Parsing.Event(entry).Instance.Length);

        entry["protoPayload"]!["resourceName"] = prefix + new string('n', 1025 - prefix.Length);
        Assert.Equal(Outcome.not_an_instance, Parsing.Ignored(entry));

        entry["protoPayload"]!["resourceName"] = prefix + new string('n', 100_000);
        Assert.Equal(Outcome.not_an_instance, Parsing.Ignored(entry));
    }

    [Fact]
    public void Detail_OfAHostileName_IsOneShortVisibleLine()
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry["protoPayload"]!["methodName"] = "evil\r\nlevel=error\u001b[31m\u202e\u2028" + new string('x', 5_000);

        var detail = Parsing.Parse(Encoding.UTF8.GetBytes(entry.ToJsonString())).Detail;

        Assert.StartsWith(@"Method 'evil\u{D}\u{A}level=error\u{1B}[31m\u{202E}\u{2028}xxx", detail, StringComparison.Ordinal);
        Assert.EndsWith("x…': it says nothing of an instance's life.", detail, StringComparison.Ordinal);
        Assert.InRange(detail!.Length, 100, 200);
    }

    [Fact]
    public void Detail_OfBrokenJson_SaysWhere()
    {
        var detail = Parsing.Parse("{\n  \"a\": x\n}").Detail;

        Assert.Equal("The data is not one JSON text: see line 2, byte 8.", detail);
    }
}
