using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Silo.Compute;
using OrleansSie.Tests.Samples;

namespace OrleansSie.Tests.Grains.Unattributed;

/// <summary>What the samples and the traps come to, read by the program's own readers.</summary>
internal static class Facts
{
    private const string Project = "acme-prod-001";

    private static readonly DateTimeOffset _noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Every sample that says anything of an instance: audit log entries, envelopes, a listing, an operation.</summary>
    public static IReadOnlyList<Fact> OfSamples() =>
    [
        .. Sample.Names().Where(n => n[0] is >= 'a' and <= 'd').Select(Sample.Bytes).Concat(Envelopes())
            .Select(bytes => new AuditLogParser(Project).Parse(bytes, "1", _noon).Event)
            .OfType<InstanceEvent>()
            .Select(Fact.Of),
        .. Listed(),
        Fact.Of(Operation()),
    ];

    /// <summary>The traps that concern what belongs where. Every event tells the numeric id, and every description the location.</summary>
    public static IReadOnlyList<Fact> OfTraps() =>
    [
        // 1: an insert whose last entry has an error, and a preemption of the life after it.
        Created("failed", 10, "lost", "c-failed"), Of("failed", 10, "failed-last", InstanceEventKind.create_failed, 1),
        Created("failed", 11, "again", "c-again", 5), Preempted("failed", 11, "p-again", 6),

        // 2: two preemptions of one life. 3: the name comes again within a minute, in another cluster.
        Created("reused", 20, "first", "c-first"), Preempted("reused", 20, "p-1", 1), Preempted("reused", 20, "p-2", 8),
        Created("reused", 21, "second", "c-second", 9), Preempted("reused", 21, "p-3", 10), Gone("reused", 20, 9),
        Of("reused", 21, "deleted", InstanceEventKind.deleted, 12),

        // 6: a machine of no cluster, known by its creation, and one known by the inventory alone.
        Created("stranger", 30, "alone", ""), Preempted("stranger", 30, "p-stranger", 2),
        Seen("listed-stranger", 31, ""), Preempted("listed-stranger", 31, "p-listed-stranger", 2),

        // 8: the repair of a preempted instance is the deletion of one life and the creation of the next.
        Created("repaired", 40, "r-1", "c-repair"), Preempted("repaired", 40, "p-repair", 3),
        Of("repaired", 40, "r-deleted", InstanceEventKind.deleted, 4), Created("repaired", 41, "r-2", "c-repair", 5),

        // 10: two clusters of one name.
        Created("west", 50, "w", "twin", 0, "europe-west1"), Preempted("west", 50, "p-west", 1),
        Created("east", 51, "e", "twin", 0, "us-east1"), Preempted("east", 51, "p-east", 1),

        // A member of a bulk insert and an instance whose creation was never heard of are known by the inventory; nobody knows the last.
        Of("bulk", 60, "bulk", InstanceEventKind.bulk_created, 0), Seen("bulk", 60, "c-bulk"), Preempted("bulk", 60, "p-bulk", 2),
        Seen("unheard", 61, "c-unheard"), Preempted("unheard", 61, "p-unheard", 2), Gone("unheard", 61, 3),
        Preempted("nobody", 62, "p-nobody", 2),
    ];

    private static IEnumerable<byte[]> Envelopes() =>
    [
        Convert.FromBase64String((string)Sample.Json("e1-pubsub-pull-response")["receivedMessages"]![0]!["message"]!["data"]!),
        Convert.FromBase64String((string)Sample.Json("e2-pubsub-push-envelope")["message"]!["data"]!),
    ];

    private static IEnumerable<Fact> Listed() => Sample.Json("f1-instances.aggregatedList.page1")["items"]!.AsObject()
        .SelectMany(scope => scope.Value!["instances"]?.AsArray().Select(item => Observation(scope.Key, item!)) ?? []);

    private static Fact Observation(string scope, JsonNode item)
    {
        var reader = Reader(item);
        var listed = ListedInstance.Read(ref reader);
        return new Fact($"projects/{Project}/{scope}/instances/{listed.NameText()}") { Observation = listed.ToObservation(_noon) };
    }

    private static InstanceEvent Operation()
    {
        var reader = Reader(Sample.Json("f2-zoneOperation.preempted"));
        return PreemptionOperation.Read(ref reader).ToEvent(Project)!;
    }

    private static Utf8JsonReader Reader(JsonNode json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json.ToJsonString()));
        reader.Read();
        return reader;
    }

    private static Fact Created(string name, ulong id, string eventId, string cluster, int minute = 0, string location = "europe-west1") =>
        Fact.Of(Event(name, id, eventId, InstanceEventKind.created, minute) with { Description = Description(cluster, location) });

    private static Fact Preempted(string name, ulong id, string eventId, int minute) =>
        Fact.Of(Event(name, id, eventId, InstanceEventKind.interrupted, minute));

    private static Fact Of(string name, ulong id, string eventId, InstanceEventKind kind, int minute) => Fact.Of(Event(name, id, eventId, kind, minute));

    private static Fact Seen(string name, ulong id, string cluster) =>
        new(Key(name)) { Observation = new InstanceObservation(id, _noon, _noon.AddMinutes(1), Description(cluster, "europe-west1")) };

    private static Fact Gone(string name, ulong id, int minute) => new(Key(name)) { Vanished = (id, _noon.AddMinutes(minute)) };

    private static InstanceEvent Event(string name, ulong id, string eventId, InstanceEventKind kind, int minute) => new()
    {
        Instance = Key(name),
        Kind = kind,
        At = _noon.AddMinutes(minute),
        EventId = eventId,
        InstanceId = id,
        Reason = InterruptionReason.Preempted,
    };

    private static InstanceDescription Description(string cluster, string location) =>
        new(cluster, cluster.Length == 0 ? "" : location, "pool", "n2d-standard-8", "spot");

    private static string Key(string name) => $"projects/{Project}/zones/europe-west1-c/instances/{name}";
}

/// <summary>One thing that an instance hears: an event, what an inventory found, or that it is gone.</summary>
internal sealed record Fact(string Instance)
{
    public InstanceEvent? Event { get; init; }

    public InstanceObservation? Observation { get; init; }

    public (ulong Id, DateTimeOffset At)? Vanished { get; init; }

    public static Fact Of(InstanceEvent e) => new(e.Instance) { Event = e };
}
