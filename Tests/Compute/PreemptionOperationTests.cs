using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Silo.Compute;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.Compute;

/// <summary>An operation of the Compute API against the audit log entry of the same preemption.</summary>
public sealed class PreemptionOperationTests
{
    private const string Operation = "f2-zoneOperation.preempted";

    [Fact]
    public void Sample_IsTheEventOfItsAuditLogEntry()
    {
        var entry = new AuditLogParser("p").Parse(Sample.Bytes("a1-preempted.2023"), "1", DateTimeOffset.UnixEpoch).Event!;

        var preemption = Read(Sample.Json(Operation))!;

        // The log tells the time of its entry, which is some seconds later. No message told of the operation.
        Assert.Equal(entry with { At = preemption.At, MessageId = "" }, preemption);
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 42, 26, 116, TimeSpan.Zero), preemption.At);
    }

    [Fact]
    public void TwoPreemptionsOfOneInstance_AreTwoEvents()
    {
        var second = Sample.Json(Operation);
        second["name"] = "systemevent-1772488376938-64c17c0d2a8f1-77aa01c2-19d0e7f4";
        var entry = new AuditLogParser("p").Parse(Sample.Bytes("a3-preempted.with-root-trigger-label"), "1", DateTimeOffset.UnixEpoch).Event!;

        Assert.Equal(entry.EventId, Read(second)!.EventId);
        Assert.NotEqual(Read(Sample.Json(Operation))!.EventId, Read(second)!.EventId);
    }

    [Theory]
    [InlineData("operationType", "compute.instances.hostError")]
    [InlineData("operationType", "v1.compute.instances.preempted")]
    [InlineData("operationType", null)]
    [InlineData("status", "RUNNING")]
    [InlineData("status", null)]
    public void OtherOperation_IsNoPreemption(string field, string? value) => Assert.False(IsPreemption(With(field, value)));

    [Theory]
    [InlineData("name", null)]
    [InlineData("name", "")]
    [InlineData("targetId", null)]
    [InlineData("targetId", "0")]
    [InlineData("targetId", "gke-1")]
    [InlineData("targetLink", null)]
    [InlineData("targetLink", "https://www.googleapis.com/compute/v1/projects/p/zones/z/disks/d")]
    [InlineData("endTime", "soon")]
    public void Preemption_WithoutWhatIdentifiesIt_IsNoEvent(string field, string? value)
    {
        var operation = With(field, value);
        operation["insertTime"] = field == "endTime" ? value : operation["insertTime"]!.GetValue<string>();

        Assert.True(IsPreemption(operation));
        Assert.Null(Read(operation));
    }

    [Fact]
    public void Preemption_WithoutItsEnd_HappenedWhenItBegan() =>
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 10, 42, 26, 116, TimeSpan.Zero), Read(With("endTime", null))!.At);

    [Theory]
    [InlineData("https://compute.googleapis.com/compute/v1/projects/acme-prod-001/zones/z/instances/n", "projects/acme-prod-001/zones/z/instances/n")]
    [InlineData("https://www.googleapis.com/compute/v1/projects/904411223344/zones/z/instances/n", "projects/listed/zones/z/instances/n")]
    public void Instance_IsKnownByItsProjectsId(string link, string key) => Assert.Equal(key, Read(With("targetLink", link))!.Instance);

    private static JsonObject With(string field, string? value)
    {
        var operation = Sample.Json(Operation);
        operation.Remove(field);
        if (value is not null)
        {
            operation[field] = value;
        }

        return operation;
    }

    private static bool IsPreemption(JsonObject json)
    {
        var reader = ReaderOf(json);
        return PreemptionOperation.Read(ref reader).IsFinishedPreemption;
    }

    private static InstanceEvent? Read(JsonObject json)
    {
        var reader = ReaderOf(json);
        return PreemptionOperation.Read(ref reader).ToEvent("listed");
    }

    private static Utf8JsonReader ReaderOf(JsonObject json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json.ToJsonString()));
        reader.Read();
        return reader;
    }
}
