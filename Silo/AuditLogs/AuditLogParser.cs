using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Logging;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>
/// Turns the data of one Pub/Sub message into one event, or into the outcome under which the message is ignored. It reads forward
/// over the bytes and keeps no state. No data makes it throw.
/// </summary>
internal sealed class AuditLogParser
{
    private readonly byte[] _defaultProject;

    /// <param name="defaultProject">Replaces a project number that the entry does not resolve, where the subscription has no project.</param>
    public AuditLogParser(string defaultProject)
    {
        ArgumentException.ThrowIfNullOrEmpty(defaultProject);
        _defaultProject = Encoding.UTF8.GetBytes(defaultProject);
    }

    /// <summary>Reads one message.</summary>
    /// <param name="data">The message's data: a Cloud Logging <c>LogEntry</c> as JSON.</param>
    /// <param name="messageId">Pub/Sub's id of the message. It identifies the event where the entry itself does not.</param>
    /// <param name="publishTime">The event's time where the entry has none.</param>
    /// <param name="project">The subscription's project: replaces a project number that the entry does not resolve.</param>
    public ParsedEntry Parse(
        ReadOnlySpan<byte> data, string messageId, DateTimeOffset publishTime, ReadOnlySpan<byte> project = default)
    {
        if (data.IsEmpty)
        {
            return ParsedEntry.Ignore(Outcome.empty, "The message has no data.");
        }

        if (!Utf8.IsValid(data))
        {
            return ParsedEntry.Ignore(Outcome.invalid_utf8, "The data is not UTF-8.");
        }

        AuditLogEntry entry;
        try
        {
            entry = AuditLogEntry.Read(WithoutByteOrderMark(data));
        }
        catch (JsonException e)
        {
            return ParsedEntry.Ignore(
                Outcome.not_json, $"The data is not one JSON text: see line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }

        return entry.Payload.MethodName.IsEmpty
            ? ParsedEntry.Ignore(Outcome.not_an_audit_log, "The data is no audit log entry: it has no protoPayload with a methodName.")
            : Interpret(entry, messageId, publishTime.ToUniversalTime(), project.IsEmpty ? _defaultProject : project);
    }

    private static ParsedEntry Interpret(in AuditLogEntry entry, string messageId, DateTimeOffset publishTime, ReadOnlySpan<byte> project)
    {
        var method = InstanceMethods.Find(entry.Payload.MethodName);
        var found = method.Action == InstanceAction.Unknown ? null : InstanceReference.Find(entry, project);
        var meaning = EntryMeaning.Of(method.Action, entry, found is not null);
        if (meaning.Kind is not { } kind)
        {
            return ParsedEntry.Ignore(meaning.Ignored, $"Method {Excerpt.Of(entry.Payload.MethodName)}: {Explain(meaning.Ignored)}");
        }

        if (found is not { } instance)
        {
            return ParsedEntry.Ignore(
                Outcome.not_an_instance,
                $"No instance is named by resourceName {Excerpt.Of(entry.Payload.ResourceName)} or by response.targetLink.");
        }

        var labels = entry.Payload.Request.Labels;
        if (kind == InstanceEventKind.created && !labels.IsClusterPossible)
        {
            return ParsedEntry.Ignore(
                Outcome.invalid_label,
                $"Cluster {Excerpt.Of(labels.ClusterName)} at {Excerpt.Of(labels.ClusterLocation)}: no label of Compute Engine can say this.");
        }

        var timestamp = Rfc3339.Parse(entry.Timestamp);
        return ParsedEntry.Of(new InstanceEvent
        {
            Instance = instance.Key,
            InstanceId = instance.Id,
            Kind = kind,
            At = timestamp ?? publishTime,
            AtIsPublishTime = timestamp is null,
            EventId = Identify(entry, instance, kind, messageId),
            Reason = method.Reason,
            Operation = kind == InstanceEventKind.interrupted ? AuditLogOperation.TextOf(entry.Operation.Id) : "",
            Description = kind == InstanceEventKind.created ? entry.Payload.Request.Describe() : null,
            MessageId = messageId,
        });
    }

    private static string Identify(in AuditLogEntry entry, InstanceReference instance, InstanceEventKind kind, string messageId)
    {
        if (!entry.Operation.Id.IsEmpty)
        {
            return EventIdentity.OfOperation(instance.Id, instance.Key, entry.Payload.MethodName, entry.Operation.Id, kind);
        }

        return entry.LogName.IsEmpty || entry.Timestamp.IsEmpty || entry.InsertId.IsEmpty
            ? EventIdentity.OfMessage(instance.Key, messageId)
            : EventIdentity.OfEntry(entry.LogName, entry.Timestamp, entry.InsertId);
    }

    private static string Explain(Outcome outcome) => outcome switch
    {
        Outcome.bulk_request => "the request names no instance; each instance has an entry of its own.",
        Outcome.create_failed => "the call was refused, so no instance was made.",
        Outcome.not_a_loss => "no instance is lost by it.",
        _ => "it says nothing of an instance's life.",
    };

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> data) =>
        data.StartsWith("\uFEFF"u8) ? data["\uFEFF"u8.Length..] : data;
}

/// <summary>What one message says: exactly one of an event, or the outcome under which the message is ignored.</summary>
internal readonly record struct ParsedEntry
{
    /// <summary>The event; null when the message is ignored.</summary>
    public InstanceEvent? Event { get; private init; }

    /// <summary>Why the message is ignored; <see cref="Outcome.none"/> when there is an event.</summary>
    public Outcome Ignored { get; private init; }

    /// <summary>
    /// One sentence for an operator about an ignored message; null when there is an event. What it quotes of the message is short
    /// and holds no control characters.
    /// </summary>
    public string? Detail { get; private init; }

    public static ParsedEntry Of(InstanceEvent instanceEvent) => new() { Event = instanceEvent };

    public static ParsedEntry Ignore(Outcome outcome, string detail) => new() { Ignored = outcome, Detail = detail };
}

/// <summary>What an entry of a known method means for its instance: a kind of event, or an outcome under which it is ignored.</summary>
/// <param name="Kind">The kind of event; null when the entry is ignored.</param>
/// <param name="Ignored">Why it is ignored; <see cref="Outcome.none"/> when there is a kind.</param>
internal readonly record struct EntryMeaning(InstanceEventKind? Kind, Outcome Ignored)
{
    public static EntryMeaning Of(InstanceAction action, in AuditLogEntry entry, bool namesInstance) => action switch
    {
        InstanceAction.Interruption => Event(InstanceEventKind.interrupted),
        InstanceAction.Insert => OfInsert(entry),
        InstanceAction.BulkInsert when !namesInstance => Ignore(Outcome.bulk_request),
        InstanceAction.BulkInsert => Event(entry.IsError ? InstanceEventKind.create_failed : InstanceEventKind.bulk_created),
        InstanceAction.Delete when !entry.IsError => Event(InstanceEventKind.deleted),
        InstanceAction.Delete or InstanceAction.NotALoss => Ignore(Outcome.not_a_loss),
        _ => Ignore(Outcome.unknown_method),
    };

    // A refused call has no operation and made nothing. An event for it could take back an existing instance of the same name.
    private static EntryMeaning OfInsert(in AuditLogEntry entry) => (entry.Operation.IsFirst, entry.Operation.IsLast, entry.IsError) switch
    {
        (true, false, _) => Event(InstanceEventKind.created),
        (_, true, true) => Event(InstanceEventKind.create_failed),
        (true, true, false) => Event(InstanceEventKind.created),
        (false, true, false) => Event(InstanceEventKind.create_finished),
        (false, false, true) => Ignore(Outcome.create_failed),
        (false, false, false) => Event(InstanceEventKind.created),
    };

    private static EntryMeaning Event(InstanceEventKind kind) => new(kind, Outcome.none);

    private static EntryMeaning Ignore(Outcome outcome) => new(null, outcome);
}

/// <summary>Quotes a text of unknown origin for a log line: short, on one line, with everything invisible escaped.</summary>
internal static class Excerpt
{
    private const int MaxLength = 90;

    /// <summary>About a hundred characters at most, in single quotes.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[MaxLength + OneLine.MaxRuneLength];
        var length = 0;
        while (!utf8.IsEmpty && length < MaxLength)
        {
            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            utf8 = utf8[consumed..];
            length += OneLine.Write(rune, text[length..]);
        }

        return $"'{text[..length]}{(utf8.IsEmpty ? "" : "…")}'";
    }
}
