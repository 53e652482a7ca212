using System.Text;
using OrleansSie.Silo.Logging;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>Quotes a text of unknown origin for a log line: one line, short, with everything invisible escaped.</summary>
internal static class Excerpt
{
    private const int MaxLength = 90;

    /// <summary>About a hundred characters at most, in single quotes.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[MaxLength + OneLine.MaxRuneLength];
        var length = 0;
        while (!utf8.IsEmpty && length < MaxLength)
        {
            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            utf8 = utf8[consumed..];
            length += OneLine.Write(rune, text[length..]);
        }

        return $"'{text[..length]}{(utf8.IsEmpty ? "" : "…")}'";
    }
}
