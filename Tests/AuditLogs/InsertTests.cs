using System.Text.Json.Nodes;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

public sealed class InsertTests
{
    [Theory]
    [InlineData("first", "NOTICE", InstanceEventKind.created)]
    [InlineData("", "NOTICE", InstanceEventKind.created)]
    [InlineData("first,last", "NOTICE", InstanceEventKind.created)]
    [InlineData("first", "ERROR", InstanceEventKind.created)]
    [InlineData("first,last", "ERROR", InstanceEventKind.create_failed)]
    [InlineData("last", "NOTICE", InstanceEventKind.create_finished)]
    [InlineData("last", "WARNING", InstanceEventKind.create_finished)]
    [InlineData("last", "ERROR", InstanceEventKind.create_failed)]
    [InlineData("last", "CRITICAL", InstanceEventKind.create_failed)]
    [InlineData("last", "ALERT", InstanceEventKind.create_failed)]
    [InlineData("last", "EMERGENCY", InstanceEventKind.create_failed)]
    public void Entry_ByItsPlaceInTheOperation_IsAnEvent(string flags, string severity, InstanceEventKind kind)
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        Operations.SetFlags(entry, flags);
        entry["severity"] = severity;

        Assert.Equal(kind, Parsing.Event(entry).Kind);
    }

    [Theory]
    [InlineData("""{"code":3}""", InstanceEventKind.create_failed)]
    [InlineData("""{"code":"8"}""", InstanceEventKind.create_failed)]
    [InlineData("""{"code":-1}""", InstanceEventKind.create_failed)]
    [InlineData("""{"code":0}""", InstanceEventKind.create_finished)]
    [InlineData("""{"code":0.0}""", InstanceEventKind.create_finished)]
    [InlineData("""{"code":{"code":3}}""", InstanceEventKind.create_finished)]
    [InlineData("""{"code":"NaN"}""", InstanceEventKind.create_finished)]
    [InlineData("""{"message":"fine"}""", InstanceEventKind.create_finished)]
    [InlineData("{}", InstanceEventKind.create_finished)]
    [InlineData("3", InstanceEventKind.create_finished)]
    public void LastEntry_ByItsStatus_FinishedOrFailed(string status, InstanceEventKind kind)
    {
        var entry = Sample.Json(Parsing.InsertLast);
        entry["protoPayload"]!["status"] = JsonNode.Parse(status);

        Assert.Equal(kind, Parsing.Event(entry).Kind);
    }

    [Fact]
    public void Entry_WithoutOperation_IsACreation()
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        entry.Remove("operation");

        Assert.Equal(InstanceEventKind.created, Parsing.Event(entry).Kind);
    }

    [Fact]
    public void RefusedCall_WithoutOperation_MakesAndUndoesNothing()
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        entry.Remove("operation");
        entry["severity"] = "ERROR";

        Assert.Equal(Outcome.create_failed, Parsing.Ignored(entry));
    }

    [Fact]
    public void FirstAndLastEntry_OfOneInsert_AreTwoEventsOfOneInstance()
    {
        var first = Parsing.Event(Sample.Bytes(Parsing.InsertFirst));
        var last = Parsing.Event(Sample.Bytes(Parsing.InsertLast));
        var failed = Sample.Json(Parsing.InsertLast);
        failed["severity"] = "ERROR";

        Assert.Equal((first.Instance, first.InstanceId), (last.Instance, last.InstanceId));
        Assert.Distinct([first.EventId, last.EventId, Parsing.Event(failed).EventId]);
    }
}
