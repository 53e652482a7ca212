using System.Text.Json;

namespace OrleansSie.Bench.Fuzz.Checks;

/// <summary>
/// What an entry tells of its origin, read with another reader than the product's: <see cref="JsonDocument"/>, of whose equal names
/// the last counts too.
/// </summary>
/// <param name="HasOperation">It has an operation with an id.</param>
/// <param name="MayBeEntry">It has a field that could be its log's name.</param>
internal readonly record struct EntryOracle(bool HasOperation, bool MayBeEntry)
{
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = int.MaxValue };

    /// <summary>Null where this reader cannot tell, as it refuses names that hold a lone surrogate.</summary>
    public static EntryOracle? Of(ReadOnlyMemory<byte> data)
    {
        var json = data.Span.StartsWith("\uFEFF"u8) ? data[3..] : data;
        try
        {
            using var document = JsonDocument.Parse(json, _options);
            var root = document.RootElement;
            var hasOperation = root.TryGetProperty("operation", out var operation)
                && operation.ValueKind == JsonValueKind.Object
                && operation.TryGetProperty("id", out var id)
                && id.ValueKind == JsonValueKind.String
                && TextOf(id).Length > 0;
            return new EntryOracle(hasOperation, root.TryGetProperty("logName", out _) || root.TryGetProperty("log_name", out _));
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string TextOf(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: no text, so there is none.
            return "";
        }
    }
}
