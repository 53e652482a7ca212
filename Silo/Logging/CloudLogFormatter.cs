using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace OrleansSie.Silo.Logging;

/// <summary>
/// One JSON object a line in the form that Google Cloud Logging reads: <c>severity</c>, <c>time</c>, <c>message</c> and labels, which are the
/// line's named values. Other tools find the same under the same names.
/// </summary>
internal sealed class CloudLogFormatter : ConsoleFormatter
{
    /// <summary>The name it is chosen by.</summary>
    public const string FormatterName = "cloud";

    private const string Labels = "logging.googleapis.com/labels";
    private static readonly JsonWriterOptions _json = new() { Encoder = JavaScriptEncoder.Default };

    public CloudLogFormatter()
        : base(FormatterName)
    {
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, _json))
        {
            json.WriteStartObject();
            json.WriteString("severity", SeverityOf(logEntry.LogLevel));
            json.WriteString("time", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            json.WriteString("logger", logEntry.Category);
            json.WriteNumber("event_id", logEntry.EventId.Id);
            WriteLabels(json, logEntry);
            json.WriteEndObject();
        }

        textWriter.Write(Encoding.UTF8.GetString(line.WrittenSpan));
        textWriter.Write('\n');
    }

    private static void WriteLabels<TState>(Utf8JsonWriter json, in LogEntry<TState> entry)
    {
        json.WriteStartObject(Labels);
        if (entry.EventId.Name is { } name)
        {
            json.WriteString("event", name);
        }

        foreach (var (label, value) in entry.State as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
        {
            if (label != "{OriginalFormat}")
            {
                json.WriteString(label, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
            }
        }

        json.WriteEndObject();
    }

    private static string SeverityOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
        _ => "CRITICAL",
    };
}
