using System.Globalization;
using System.Text.Json;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>
/// Lenient forward reading: a value of another type than the one asked for is skipped and reads as absent, which is an empty span
/// or null. Every method leaves the reader on the last token of the value. Spans point into the message wherever they can.
/// </summary>
internal static class JsonValue
{
    private const int EscapeLength = 6;

    /// <summary>True with the reader inside the object; false with anything else skipped.</summary>
    public static bool EnterObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return true;
        }

        reader.Skip();
        return false;
    }

    /// <summary>Moves to the value of the object's next field; false at the object's end.</summary>
    public static bool NextField(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.PropertyName)
        {
            name = default;
            return false;
        }

        name = Unescaped(ref reader);
        reader.Read();
        return true;
    }

    /// <summary>Compares a field's name with its two spellings in proto JSON.</summary>
    public static bool Is(this ReadOnlySpan<byte> name, ReadOnlySpan<byte> lowerCamel, ReadOnlySpan<byte> snake) =>
        name.SequenceEqual(lowerCamel) || name.SequenceEqual(snake);

    public static bool Is(this ReadOnlySpan<byte> name, ReadOnlySpan<byte> only) => name.SequenceEqual(only);

    public static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return Unescaped(ref reader);
        }

        reader.Skip();
        return default;
    }

    /// <summary>The text of a string, or the digits of a number.</summary>
    public static ReadOnlySpan<byte> TextOrNumber(scoped ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? reader.ValueSpan : Text(ref reader);

    /// <summary>A boolean, or a string that spells one.</summary>
    public static bool? Flag(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            default:
                var text = Text(ref reader);
                return text.Is("true"u8) ? true : text.Is("false"u8) ? false : null;
        }
    }

    private static ReadOnlySpan<byte> Unescaped(scoped ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        if (HasLoneSurrogate(reader.ValueSpan))
        {
            return default;
        }

        var text = new byte[reader.ValueSpan.Length];
        return text.AsSpan(0, reader.CopyString(text));
    }

    /// <summary>
    /// Finds escapes that are half of a character. They are legal JSON that no string can hold, so such a text reads as absent. Unescaping
    /// one throws, which costs about ten microseconds, so that a message full of them would take seconds.
    /// </summary>
    /// <param name="escaped">A JSON string without its quotes, as a reader has accepted it.</param>
    private static bool HasLoneSurrogate(ReadOnlySpan<byte> escaped)
    {
        for (var at = escaped.IndexOf((byte)'\\'); at >= 0; at = escaped.IndexOf((byte)'\\'))
        {
            escaped = escaped[at..];
            var unit = UnitAt(escaped);
            if (char.IsLowSurrogate(unit) || (char.IsHighSurrogate(unit) && !char.IsLowSurrogate(UnitAt(escaped[EscapeLength..]))))
            {
                return true;
            }

            escaped = escaped[(char.IsHighSurrogate(unit) ? 2 * EscapeLength : escaped[1] == 'u' ? EscapeLength : 2)..];
        }

        return false;
    }

    /// <summary>The character of a <c>\uXXXX</c> escape at the beginning; U+0000, which is no surrogate, where there is none.</summary>
    private static char UnitAt(ReadOnlySpan<byte> text) =>
        text.StartsWith("\\u"u8) && ushort.TryParse(text[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : '\0';
}
