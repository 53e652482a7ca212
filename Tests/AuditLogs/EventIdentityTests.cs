using System.Globalization;
using System.Text.Json.Nodes;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>The expected values were computed apart from the code, from the format that <see cref="EventIdentity"/> documents.</summary>
public sealed class EventIdentityTests
{
    private const string Operation = "systemevent-1772448146116-64c0f51aa0f01-3d1c22b7-a1b2c3d4";
    private const string Method = "compute.instances.preempted";

    [Fact]
    public void OfOperation_WithAnId_IsGolden()
    {
        Assert.Equal("xvM5mYaIoO9RlNs_nmnYGw", EventIdentity.OfOperation(8430700000000001204, Parsing.Node, Method, Operation));
        Assert.Equal("xvM5mYaIoO9RlNs_nmnYGw", Parsing.Event(Sample.Bytes(Parsing.Preempted)).EventId);
    }

    [Fact]
    public void OfOperation_WithoutAnId_IsGolden() =>
        Assert.Equal("e9BXWptfg5D-7NaOkgbuPA", EventIdentity.OfOperation(null, Parsing.Node, Method, Operation));

    [Fact]
    public void OfOperation_OfACreationsEntries_IsGolden()
    {
        var failed = Sample.Json(Parsing.InsertLast);
        failed["severity"] = "ERROR";

        Assert.Equal("Sz39noMEct5l5UFV0OlF-w", Parsing.Event(Sample.Bytes(Parsing.InsertFirst)).EventId);
        Assert.Equal("ucfWkgSICUDDHH1Gn71ckg", Parsing.Event(Sample.Bytes(Parsing.InsertLast)).EventId);
        Assert.Equal("OKARb5ILjIHRiAcBSxfh8Q", Parsing.Event(failed).EventId);
    }

    [Fact]
    public void OfEntry_WhereThereIsNoOperation_IsGolden()
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry.Remove("operation");

        Assert.Equal("VQi69UKxRjsZ5RSHAURPQQ", Parsing.Event(entry).EventId);
        Assert.Equal(
            "VQi69UKxRjsZ5RSHAURPQQ",
            EventIdentity.OfEntry(
                "projects/acme-prod-001/logs/cloudaudit.googleapis.com%2Fsystem_event"u8, "2026-03-02T10:42:31.325309Z"u8, "qz7aer3e38dfz"u8));
    }

    [Theory]
    [InlineData("logName")]
    [InlineData("timestamp")]
    [InlineData("insertId")]
    public void OfMessage_WhereThereIsNoOperationAndOneOfTheThreeIsMissing_IsGolden(string missing)
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry["operation"] = new JsonObject { ["id"] = "", ["first"] = true };
        entry[missing] = "";

        Assert.Equal("k6X0jp1XKtC6jA2vYN-Suw", Parsing.Event(entry).EventId);
        Assert.Equal("k6X0jp1XKtC6jA2vYN-Suw", EventIdentity.OfMessage(Parsing.Node, Parsing.MessageId));
    }

    [Fact]
    public void OfMessage_BeyondAscii_IsGolden() =>
        Assert.Equal("Zf26gEBetjDfnfgI_IkXvw", EventIdentity.OfMessage("projects/p/zones/z/instances/ü", "1"));

    [Fact]
    public void OfOperation_WithLongFields_DependsOnEveryByte()
    {
        var id = new string('x', 5_000);

        Assert.Distinct([EventIdentity.OfOperation(1, "", Method, id + "a"), EventIdentity.OfOperation(1, "", Method, id + "b")]);
    }

    [Fact]
    public void Fields_ThatShareTheirConcatenation_AreNotConfused() =>
        Assert.Distinct(
        [
            EventIdentity.OfOperation(1, "", "ab", "c"), EventIdentity.OfOperation(1, "", "a", "bc"), EventIdentity.OfOperation(11, "", "ab", "c"),
            EventIdentity.OfEntry("1"u8, "ab"u8, "c"u8), EventIdentity.OfMessage("1", "abc"), EventIdentity.OfMessage("1a", "bc"),
        ]);

    [Fact]
    public void PublishedTwice_WithOneOperation_IsOneEvent()
    {
        var copy = Sample.Json(Parsing.Preempted);
        copy["insertId"] = "another";
        copy["receiveTimestamp"] = "2026-03-02T10:43:00Z";

        Assert.Equal(Parsing.Event(Sample.Bytes(Parsing.Preempted)).EventId, Parsing.Event(copy.ToJsonString(), "another").EventId);
    }

    [Fact]
    public void PublishedTwice_WithoutOperation_IsOneEventByItsInsertId()
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry.Remove("operation");

        Assert.Equal(Parsing.Event(entry.ToJsonString(), "1").EventId, Parsing.Event(entry.ToJsonString(), "2").EventId);
    }

    [Fact]
    public void PreemptedTwice_WithTwoOperations_AreTwoEvents() =>
        Assert.NotEqual(
            Parsing.Event(Sample.Bytes(Parsing.Preempted)).EventId,
            Parsing.Event(Sample.Bytes("a3-preempted.with-root-trigger-label")).EventId);

    [Fact]
    public void SameName_WithAnotherId_IsAnotherEvent()
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry["resource"]!["labels"]!["instance_id"] = "8430700000000009999";

        Assert.NotEqual(Parsing.Event(Sample.Bytes(Parsing.Preempted)).EventId, Parsing.Event(entry).EventId);
    }

    [Fact]
    public void DeletionsEntries_OfOneOperation_AreOneEvent()
    {
        var last = Sample.Json(Parsing.DeleteFirst);
        Operations.SetFlags(last, "last");

        Assert.Equal(Parsing.Event(Sample.Bytes(Parsing.DeleteFirst)).EventId, Parsing.Event(last).EventId);
    }

    [Fact]
    public void ComputeOperation_OfTheSamePreemption_HasTheIdentityOfTheAuditLog()
    {
        var operation = Sample.Json("f2-zoneOperation.preempted");

        var identity = EventIdentity.OfOperation(
            ulong.Parse((string)operation["targetId"]!, CultureInfo.InvariantCulture),
            "not used",
            (string)operation["operationType"]!,
            (string)operation["name"]!,
            InstanceEventKind.interrupted);

        Assert.Equal(Parsing.Event(Sample.Bytes(Parsing.Preempted)).EventId, identity);
    }
}
