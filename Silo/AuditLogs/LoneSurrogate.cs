using System.Globalization;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>
/// Finds escapes that are half of a character. They are legal JSON that no string can hold; unescaping one throws, which costs some
/// ten microseconds, so that a message full of them would take seconds.
/// </summary>
internal static class LoneSurrogate
{
    private const int EscapeLength = 6;

    /// <param name="escaped">A JSON string without its quotes, as a reader has accepted it.</param>
    public static bool IsIn(ReadOnlySpan<byte> escaped)
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

    /// <summary>What the escape at the beginning stands for, where it is one of four digits; else U+0000, which is no surrogate.</summary>
    private static char UnitAt(ReadOnlySpan<byte> text) =>
        text.StartsWith("\\u"u8) && ushort.TryParse(text[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : '\0';
}
