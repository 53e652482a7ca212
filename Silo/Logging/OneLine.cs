using System.Globalization;
using System.Text;

namespace OrleansSie.Silo.Logging;

/// <summary>Text of unknown origin as one visible line: no line break, no control character, nothing that changes the direction of text.</summary>
internal static class OneLine
{
    /// <summary>The largest number of characters that one rune takes.</summary>
    public const int MaxRuneLength = 10;

    /// <summary>Line breaks and tabs become a space, everything else that is invisible an escape such as <c>\u{1B}</c>.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var line = new StringBuilder(text.Length);
        Span<char> visible = stackalloc char[MaxRuneLength];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is not ('\r' or '\n' or '\t'))
            {
                line.Append(visible[..Write(rune, visible)]);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString();
    }

    /// <summary>Writes the rune, or its escape where it is invisible.</summary>
    /// <returns>How many characters were written.</returns>
    public static int Write(Rune rune, Span<char> text)
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
