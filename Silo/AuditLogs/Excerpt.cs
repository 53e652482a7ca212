using System.Globalization;
using System.Text;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>Quotes a text of unknown origin for a log line: one line, short, with everything invisible escaped.</summary>
internal static class Excerpt
{
    private const int MaxLength = 90;

    /// <summary>About a hundred characters at most, in single quotes.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        var text = new StringBuilder("'", MaxLength + 16);
        while (!utf8.IsEmpty && text.Length < MaxLength)
        {
            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            utf8 = utf8[consumed..];
            _ = IsVisible(rune)
                ? text.Append(rune.ToString())
                : text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
        }

        return text.Append(utf8.IsEmpty ? "'" : "…'").ToString();
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
