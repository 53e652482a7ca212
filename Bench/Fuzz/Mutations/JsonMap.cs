using System.Text.Json;

namespace OrleansSie.Bench.Fuzz.Mutations;

/// <summary>Finds every value of a JSON text, as far as the text is JSON.</summary>
internal static class JsonMap
{
    private const int MaxSpans = 2_000;
    private static readonly JsonReaderOptions _options = new() { MaxDepth = int.MaxValue };

    public static List<JsonSpan> Of(byte[] data)
    {
        var spans = new List<JsonSpan>(64);
        var open = new Stack<JsonSpan>();
        var name = (Start: 0, End: 0);
        var reader = new Utf8JsonReader(data, _options);
        try
        {
            while (spans.Count < MaxSpans && reader.Read())
            {
                var start = (int)reader.TokenStartIndex;
                var end = (int)reader.BytesConsumed;
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = (start, start + reader.ValueSpan.Length + 2);
                        break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push(new JsonSpan(name.Start, name.End, start, end));
                        name = default;
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        spans.Add(open.Pop() with { End = end });
                        name = default;
                        break;
                    default:
                        spans.Add(new JsonSpan(name.Start, name.End, start, end));
                        name = default;
                        break;
                }
            }
        }
        catch (JsonException)
        {
            // What was read before the fault can still be changed.
        }

        return spans;
    }
}

/// <summary>Where one value stands in a text, and the name before it with its quotes; the name is empty for an array's item.</summary>
internal readonly record struct JsonSpan(int NameStart, int NameEnd, int Start, int End)
{
    public bool HasName => NameEnd > NameStart;

    /// <summary>Where the field begins: at its name, or at the value of an array's item.</summary>
    public int FieldStart => HasName ? NameStart : Start;

    public ReadOnlySpan<byte> Name(byte[] data) => HasName ? data.AsSpan(NameStart + 1, NameEnd - NameStart - 2) : default;

    public ReadOnlySpan<byte> Value(byte[] data) => data.AsSpan(Start, End - Start);
}
