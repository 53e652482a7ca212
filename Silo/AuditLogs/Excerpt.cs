using System.Globalization;
using System.Text;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>Quotes a text of unknown origin for a log line: one line, short, with everything invisible escaped.</summary>
internal static class Excerpt
{
    private const int MaxLength = 90;
    private const int MaxRuneLength = 10;

    /// <summary>About a hundred characters at most, in single quotes.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[MaxLength + MaxRuneLength];
        var length = 0;
        while (!utf8.IsEmpty && length < MaxLength)
        {
            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            utf8 = utf8[consumed..];
            length += Write(rune, text[length..]);
        }

        return $"'{text[..length]}{(utf8.IsEmpty ? "" : "…")}'";
    }

    private static int Write(Rune rune, Span<char> text)
    {
        if (IsVisible(rune))
        {
            return rune.EncodeToUtf16(text);
        }

        text.TryWrite(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}", out var written);
        return written;
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
