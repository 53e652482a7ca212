using System.Text;
using System.Text.Json;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>
/// The fields of a Cloud Logging <c>LogEntry</c> that concern an instance, as slices of the message. Absent fields are empty. If a field
/// is there twice, the last one counts.
/// </summary>
internal ref struct AuditLogEntry
{
    // Nothing here recurses, so each level of depth costs one bit. The message's size bounds the depth.
    private static readonly JsonReaderOptions _options = new() { MaxDepth = int.MaxValue };

    public ReadOnlySpan<byte> LogName;
    public ReadOnlySpan<byte> Timestamp;
    public ReadOnlySpan<byte> InsertId;
    public ReadOnlySpan<byte> Severity;
    public AuditLogOperation Operation;
    public AuditLogResource Resource;
    public AuditLogPayload Payload;

    /// <summary>True where the entry reports a failure, by its severity or by its status.</summary>
    public readonly bool IsError => Payload.HasErrorStatus || IsErrorSeverity(Severity);

    /// <summary>Reads one JSON text to its end. A text that is not an object is an entry without fields.</summary>
    /// <exception cref="JsonException">The bytes are not exactly one JSON text.</exception>
    public static AuditLogEntry Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, _options);
        reader.Read();
        var entry = ReadObject(ref reader);
        reader.Read();
        return entry;
    }

    private static AuditLogEntry ReadObject(scoped ref Utf8JsonReader reader)
    {
        var entry = default(AuditLogEntry);
        if (!JsonValue.EnterObject(ref reader))
        {
            return entry;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("protoPayload"u8, "proto_payload"u8))
            {
                entry.Payload = AuditLogPayload.Read(ref reader);
            }
            else if (name.Is("resource"u8))
            {
                entry.Resource = AuditLogResource.Read(ref reader);
            }
            else if (name.Is("operation"u8))
            {
                entry.Operation = AuditLogOperation.Read(ref reader);
            }
            else
            {
                entry.ReadText(name, ref reader);
            }
        }

        return entry;
    }

    private void ReadText(ReadOnlySpan<byte> name, scoped ref Utf8JsonReader reader)
    {
        if (name.Is("logName"u8, "log_name"u8))
        {
            LogName = JsonValue.Text(ref reader);
        }
        else if (name.Is("timestamp"u8))
        {
            Timestamp = JsonValue.Text(ref reader);
        }
        else if (name.Is("insertId"u8, "insert_id"u8))
        {
            InsertId = JsonValue.Text(ref reader);
        }
        else if (name.Is("severity"u8))
        {
            Severity = JsonValue.TextOrNumber(ref reader);
        }
        else
        {
            reader.Skip();
        }
    }

    // Cloud Logging's LogSeverity, by name or by number.
    private static bool IsErrorSeverity(ReadOnlySpan<byte> severity) =>
        severity.Is("ERROR"u8, "500"u8) || severity.Is("CRITICAL"u8, "600"u8)
        || severity.Is("ALERT"u8, "700"u8) || severity.Is("EMERGENCY"u8, "800"u8);
}

/// <summary>An entry's <c>operation</c>: a long-running call logs a first and a last entry of one id.</summary>
internal ref struct AuditLogOperation
{
    private const int MaxLength = 128;

    public ReadOnlySpan<byte> Id;
    public bool IsFirst;
    public bool IsLast;

    /// <summary>An operation's id as it is stored. An id that is longer than any of Compute Engine is cut between two characters.</summary>
    public static string TextOf(ReadOnlySpan<byte> id)
    {
        var length = Math.Min(id.Length, MaxLength);
        while (length < id.Length && (id[length] & 0b1100_0000) == 0b1000_0000)
        {
            length--;
        }

        return Encoding.UTF8.GetString(id[..length]);
    }

    public static AuditLogOperation Read(scoped ref Utf8JsonReader reader)
    {
        var operation = default(AuditLogOperation);
        if (!JsonValue.EnterObject(ref reader))
        {
            return operation;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("id"u8))
            {
                operation.Id = JsonValue.Text(ref reader);
            }
            else if (name.Is("first"u8))
            {
                operation.IsFirst = JsonValue.Flag(ref reader) == true;
            }
            else if (name.Is("last"u8))
            {
                operation.IsLast = JsonValue.Flag(ref reader) == true;
            }
            else
            {
                reader.Skip();
            }
        }

        return operation;
    }
}

/// <summary>An entry's <c>resource.labels</c>, as far as they identify the instance.</summary>
internal ref struct AuditLogResource
{
    public ReadOnlySpan<byte> InstanceId;
    public ReadOnlySpan<byte> ProjectId;

    public static AuditLogResource Read(scoped ref Utf8JsonReader reader)
    {
        var resource = default(AuditLogResource);
        if (!JsonValue.EnterObject(ref reader))
        {
            return resource;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("labels"u8))
            {
                resource = ReadLabels(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return resource;
    }

    private static AuditLogResource ReadLabels(scoped ref Utf8JsonReader reader)
    {
        var resource = default(AuditLogResource);
        if (!JsonValue.EnterObject(ref reader))
        {
            return resource;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("instance_id"u8, "instanceId"u8))
            {
                resource.InstanceId = JsonValue.TextOrNumber(ref reader);
            }
            else if (name.Is("project_id"u8, "projectId"u8))
            {
                resource.ProjectId = JsonValue.TextOrNumber(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return resource;
    }
}
