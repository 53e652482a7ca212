using System.Globalization;
using System.Text;

namespace OrleansSie.Bench.Fuzz.Mutations;

/// <summary>Changes of structure that mostly leave the text JSON: what a later version of a sender might do, and what nobody would.</summary>
internal static class JsonMutations
{
    private static readonly string[] _oddValues =
    [
        "null", "true", "false", "0", "-0", "-1", "1.5", "1e400", "-1e-400", "9007199254740993", "18446744073709551615", "18446744073709551616",
        "\"\"", "\" \"", "\"0\"", "\"true\"", "\"null\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\ud83d\\ude00\"", "\"\\\"\"", "\"\\\\\"",
        "\"\\n\"", "\"a/b\"", "\"/\"", "\"\u202e\"", "\"\uFEFF\"", "[]", "{}", "[[]]", "[null]", "[{}]", "{\"\":0}", "{\"a\":{\"a\":{}}}", "[1,\"2\",true]",
    ];

    private static readonly string[] _escapes = ["\\ud800", "\\udfff", "\\ud83d\\ude00", "\\u0000", "\\u001f", "\\u009f", "\\u2028", "\\/", "\\\\", "\\\"", "\\ufffe"];

    public static byte[] Apply(byte[] data, byte[] other, FuzzRandom random)
    {
        var spans = JsonMap.Of(data);
        if (spans.Count == 0)
        {
            return ByteMutations.Apply(data, other, random);
        }

        var span = random.Pick(spans);
        var second = random.Pick(spans);
        return random.Below(13) switch
        {
            0 => Drop(data, span),
            1 => Bytes.Insert(data, span.FieldStart, [.. data.AsSpan(span.FieldStart..span.End), (byte)',']),
            2 => Duplicate(data, span, second.Value(data)),
            3 => Rename(data, span, second, random),
            4 => Nest(data, span, random),
            5 or 6 => SetValue(data, span, random.Pick(_oddValues)),
            7 => SetValue(data, span, HugeNumber(random)),
            8 => Bytes.Replace(data, span.Start, span.End, HugeString(random)),
            9 => Escape(data, span, random),
            10 => Bytes.Insert(data, InText(span, data, random), Encoding.UTF8.GetBytes(random.Pick(_escapes))),
            11 => Bytes.Replace(data, span.Start, span.End, second.Value(data)),
            _ => Graft(data, span, other, random),
        };
    }

    public static byte[] SetValue(byte[] data, JsonSpan span, string json) => Bytes.Replace(data, span.Start, span.End, Encoding.UTF8.GetBytes(json));

    private static byte[] Drop(byte[] data, JsonSpan span)
    {
        var end = span.End;
        while (end < data.Length && data[end] is (byte)' ' or (byte)'\n' or (byte)'\r')
        {
            end++;
        }

        if (end < data.Length && data[end] == ',')
        {
            return Bytes.Replace(data, span.FieldStart, end + 1, []);
        }

        var comma = data.AsSpan(0, span.FieldStart).LastIndexOfAnyExcept(" \r\n"u8);
        return Bytes.Replace(data, comma >= 0 && data[comma] == ',' ? comma : span.FieldStart, span.End, []);
    }

    /// <summary>The field once more with another value, before or after: of two the last counts.</summary>
    private static byte[] Duplicate(byte[] data, JsonSpan span, ReadOnlySpan<byte> value) => span.HasName
        ? Bytes.Insert(data, span.End, [(byte)',', .. data.AsSpan(span.NameStart..span.NameEnd), (byte)':', .. value])
        : Bytes.Insert(data, span.Start, [.. value, (byte)',']);

    private static byte[] Rename(byte[] data, JsonSpan span, JsonSpan second, FuzzRandom random)
    {
        if (!span.HasName)
        {
            return data;
        }

        var name = Encoding.UTF8.GetString(span.Name(data));
        var renamed = random.Below(6) switch
        {
            0 => string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{c}")),
            1 => name.ToUpperInvariant(),
            2 => random.Pick(FieldValues.Names),
            3 => name + "\\u0000",
            4 => "",
            _ => Encoding.UTF8.GetString(second.Name(data)),
        };
        return Bytes.Replace(data, span.NameStart, span.NameEnd, Encoding.UTF8.GetBytes($"\"{renamed}\""));
    }

    private static byte[] Nest(byte[] data, JsonSpan span, FuzzRandom random)
    {
        var depth = random.OneIn(100) ? random.Below(20_000) : random.Small(100);
        var (opening, closing) = random.OneIn(2) ? ("[", "]") : ("{\"a\":", "}");
        var inner = random.OneIn(4) ? default : span.Value(data);
        return Bytes.Replace(
            data,
            span.Start,
            span.End,
            [.. Bytes.Repeat(Encoding.UTF8.GetBytes(opening), depth), .. inner.IsEmpty ? "0"u8 : inner, .. Bytes.Repeat(Encoding.UTF8.GetBytes(closing), depth)]);
    }

    private static string HugeNumber(FuzzRandom random)
    {
        var digits = new string((char)('0' + random.Below(10)), random.Small(400)).TrimStart('0');
        var number = random.OneIn(2) ? "1" + digits : $"-0.{digits}1e{random.Below(99_999)}";
        return random.OneIn(3) ? $"\"{number}\"" : number;
    }

    private static byte[] HugeString(FuzzRandom random)
    {
        var length = random.OneIn(200) ? random.Below(100_000) : random.Small(4_000);
        var part = random.Pick(["a", "é", "£", "😀", "/", "%", "\\n", "\\u00e9", "\\ud800", "0", "projects/", "\\\\"]);
        return [(byte)'"', .. Bytes.Repeat(Encoding.UTF8.GetBytes(part), length), (byte)'"'];
    }

    /// <summary>Writes each character of a name or a text as an escape: the same JSON in other bytes.</summary>
    private static byte[] Escape(byte[] data, JsonSpan span, FuzzRandom random)
    {
        var isName = span.HasName && random.OneIn(2);
        var (start, end) = isName ? (span.NameStart, span.NameEnd) : (span.Start, span.End);
        if (data[start] != '"' || data.AsSpan(start..end).Contains((byte)'\\'))
        {
            return data;
        }

        var escaped = new StringBuilder("\"");
        foreach (var character in Encoding.UTF8.GetString(data.AsSpan(start + 1, end - start - 2)))
        {
            var isEscaped = !random.OneIn(3);
            escaped.Append(CultureInfo.InvariantCulture, $"{(isEscaped ? $"\\u{(int)character:x4}" : character)}");
        }

        return Bytes.Replace(data, start, end, Encoding.UTF8.GetBytes(escaped.Append('"').ToString()));
    }

    private static int InText(JsonSpan span, byte[] data, FuzzRandom random) =>
        span.HasName && random.OneIn(3) ? span.NameStart + 1
        : data[span.Start] == '"' ? span.Start + 1 + random.Below(span.End - span.Start - 1)
        : span.Start;

    private static byte[] Graft(byte[] data, JsonSpan span, byte[] other, FuzzRandom random)
    {
        var spans = JsonMap.Of(other);
        return spans.Count == 0 ? data : Bytes.Replace(data, span.Start, span.End, random.Pick(spans).Value(other));
    }
}
