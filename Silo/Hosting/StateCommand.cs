using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Storage;

namespace OrleansSie.Silo.Hosting;

/// <summary><c>state show KEY</c>: prints one record of the configured store, and changes nothing. A silo may run beside it.</summary>
internal static class StateCommand
{
    /// <summary>EX_NOINPUT: the store has no such record.</summary>
    public const int NoRecord = 66;

    private const string Usage = "state show takes one key, such as cluster/my-project/europe-west1/my-cluster or instance/projects/P/zones/Z/instances/N.";

    private static readonly JsonWriterOptions _readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The key that is asked for; null where this command is not.</summary>
    /// <exception cref="StartUpException">It is not written as it must be.</exception>
    public static string? KeyIn(string[] args) =>
        args is not ["state", ..] ? null
        : args is ["state", "show", { Length: > 0 } key] && !key.StartsWith('-') ? key
        : throw new StartUpException(Usage);

    /// <summary>Prints the record, or tells on standard error that there is none.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="StartUpException">The store cannot be read as it is configured.</exception>
    public static async Task<int> ShowAsync(string key, SieOptions options, TextWriter output)
    {
        try
        {
            if (await RecordReading.ReadAsync(key, options) is not { } record)
            {
                return new ProcessEnd(NoRecord, $"There is no record '{key}' in {RecordReading.NameOf(options)}. Keys are in docs/stored-form.md.").Tell();
            }

            await output.WriteLineAsync(Readable(record));
            return 0;
        }
        catch (StoreStartException e)
        {
            throw new StartUpException(e.Message, e);
        }
    }

    /// <summary>A record that is not JSON is shown as it is.</summary>
    private static string Readable(byte[] record)
    {
        try
        {
            using var json = JsonDocument.Parse(record);
            using var text = new MemoryStream();
            using (var writer = new Utf8JsonWriter(text, _readable))
            {
                json.WriteTo(writer);
            }

            return Encoding.UTF8.GetString(text.ToArray());
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(record);
        }
    }
}
