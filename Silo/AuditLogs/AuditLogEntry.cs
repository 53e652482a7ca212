using System.Text.Json;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>
/// The fields of a Cloud Logging <c>LogEntry</c> that say something of an instance, as slices of the message. Absent fields are
/// empty. Of a field that is there twice, the last counts.
/// </summary>
internal ref struct AuditLogEntry
{
    // Nothing here recurses, so depth costs one bit a level: it is for the message's size to bound it.
    private static readonly JsonReaderOptions _options = new() { MaxDepth = int.MaxValue };

    public ReadOnlySpan<byte> LogName;
    public ReadOnlySpan<byte> Timestamp;
    public ReadOnlySpan<byte> InsertId;
    public ReadOnlySpan<byte> Severity;
    public AuditLogOperation Operation;
    public AuditLogResource Resource;
    public AuditLogPayload Payload;

    /// <summary>True where the entry tells of a failure, by its severity or by its status.</summary>
    public readonly bool IsError => Payload.HasErrorStatus || IsErrorSeverity(Severity);

    /// <summary>Reads one JSON text to its end. A text that is no object is an entry without fields.</summary>
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
