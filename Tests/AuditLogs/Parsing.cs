using System.Text;
using System.Text.Json.Nodes;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>A parser that has learned nothing yet, for each message of the tests of this folder, with a project that no sample has.</summary>
internal static class Parsing
{
    public const string DefaultProject = "default-project";
    public const string MessageId = "5187581549398349";

    public const string Preempted = "a1-preempted.2023";
    public const string InsertFirst = "b2-insert.first.gke-mig-spot.COMPOSED";
    public const string InsertLast = "b3-insert.last.gke-mig";
    public const string InsertFailed = "b4-insert.last.error";
    public const string BulkInstance = "b8-bulkInsert.per-instance";
    public const string DeleteFirst = "c1-delete.first";

    /// <summary>The node that most samples are about.</summary>
    public const string Node = "projects/acme-prod-001/zones/europe-west1-c/instances/gke-payments-eu-spot-n2d-5e1b79aa-2m33";

    public static readonly DateTimeOffset PublishTime = new(2026, 3, 2, 11, 42, 33, TimeSpan.FromHours(1));

    public static ParsedEntry Parse(ReadOnlySpan<byte> data) => Parse(data, MessageId);

    public static ParsedEntry Parse(string json, string messageId = MessageId) =>
        Parse(Encoding.UTF8.GetBytes(json), messageId);

    public static InstanceEvent Event(string json, string messageId = MessageId) => Event(Parse(json, messageId));

    public static InstanceEvent Event(JsonNode json) => Event(Parse(json.ToJsonString()));

    public static InstanceEvent Event(ReadOnlySpan<byte> data) => Event(Parse(data));

    public static Outcome Ignored(JsonNode json) => Ignored(json.ToJsonString());

    public static Outcome Ignored(string json) => Ignored(Encoding.UTF8.GetBytes(json));

    public static Outcome Ignored(ReadOnlySpan<byte> data)
    {
        var parsed = Parse(data);
        AssertWellFormed(parsed);
        Assert.Null(parsed.Event);
        return parsed.Ignored;
    }

    private static ParsedEntry Parse(ReadOnlySpan<byte> data, string messageId) =>
        new AuditLogParser(DefaultProject).Parse(data, messageId, PublishTime);

    /// <summary>Asserts that there is an event with all it needs, or a named outcome with a sentence fit for a log line.</summary>
    public static void AssertWellFormed(ParsedEntry parsed)
    {
        if (parsed.Event is { } found)
        {
            Assert.Equal(Outcome.none, parsed.Ignored);
            Assert.Null(parsed.Detail);
            Assert.StartsWith("projects/", found.Instance, StringComparison.Ordinal);
            Assert.Equal(5, found.Instance.Count(character => character == '/'));
            Assert.InRange(found.Instance.Length, 1, 1024);
            Assert.DoesNotContain(found.Instance, char.IsControl);
            Assert.Equal(22, found.EventId.Length);
            Assert.Equal(TimeSpan.Zero, found.At.Offset);
            Assert.NotEqual(0ul, found.InstanceId);
            Assert.Equal(found.Kind == InstanceEventKind.created, found.Description is not null);
            return;
        }

        Assert.NotEqual(Outcome.none, parsed.Ignored);
        Assert.NotNull(parsed.Detail);
        Assert.InRange(parsed.Detail.Length, 10, 320);
        Assert.DoesNotContain(parsed.Detail, char.IsControl);
    }

    private static InstanceEvent Event(ParsedEntry parsed)
    {
        Assert.Equal((Outcome.none, null), (parsed.Ignored, parsed.Detail));
        AssertWellFormed(parsed);
        return parsed.Event!;
    }
}

/// <summary>Changes the <c>operation</c> of an entry.</summary>
internal static class Operations
{
    /// <summary>Sets exactly the flags that are named, separated by commas.</summary>
    public static void SetFlags(JsonObject entry, string flags)
    {
        var operation = new JsonObject { ["id"] = entry["operation"]!["id"]!.DeepClone() };
        foreach (var flag in flags.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            operation[flag] = true;
        }

        entry["operation"] = operation;
    }
}
