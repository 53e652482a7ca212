using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>
/// Tells what can be the value of a Compute Engine label, or the name of a machine type: at most 63 characters, each a letter or a
/// digit of any script, '_', '-' or '.'. Nothing else ever becomes the value of a metric's label.
/// </summary>
internal static class LabelValue
{
    private const int MaxLength = 63;

    /// <summary>True also for the empty value, which stands for an absent one.</summary>
    public static bool IsPossible(ReadOnlySpan<byte> utf8)
    {
        for (var length = 0; !utf8.IsEmpty; length++)
        {
            if (length == MaxLength
                || Rune.DecodeFromUtf8(utf8, out var rune, out var consumed) != OperationStatus.Done
                || !IsAllowed(rune))
            {
                return false;
            }

            utf8 = utf8[consumed..];
        }

        return true;
    }

    public static string TextOrEmpty(ReadOnlySpan<byte> utf8) => IsPossible(utf8) ? Encoding.UTF8.GetString(utf8) : "";

    private static bool IsAllowed(Rune rune) =>
        rune.Value is '_' or '-' or '.'
        || Rune.IsLetter(rune)
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
}
