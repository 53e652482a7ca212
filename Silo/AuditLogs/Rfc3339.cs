namespace OrleansSie.Silo.AuditLogs;

/// <summary>Reads the timestamps of Cloud Logging: RFC 3339 with any offset and up to nine decimals, cut to 100 nanoseconds.</summary>
internal static class Rfc3339
{
    // No real entry is from outside these years; a placeholder such as 0001-01-01 is no time.
    private const int FirstYear = 2000;
    private const int LastYear = 2999;

    /// <summary>The time in UTC; null for anything else than a full date and time of a believable year.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length < 20
            || Digits(text[..4]) is not (>= FirstYear and <= LastYear and var year) || text[4] != '-'
            || Digits(text[5..7]) is not (>= 1 and <= 12 and var month) || text[7] != '-'
            || Digits(text[8..10]) is not (>= 1 and var day) || day > DateTime.DaysInMonth(year, month)
            || text[10] is not ((byte)'T' or (byte)'t')
            || Digits(text[11..13]) is not (<= 23 and var hour) || text[13] != ':'
            || Digits(text[14..16]) is not (<= 59 and var minute) || text[16] != ':'
            || Digits(text[17..19]) is not (<= 59 and var second))
        {
            return null;
        }

        var rest = text[19..];
        return TakeFraction(ref rest) is { } fraction && Offset(rest) is { } offset
            ? new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero) + fraction - offset
            : null;
    }

    private static TimeSpan? TakeFraction(ref ReadOnlySpan<byte> rest)
    {
        if (rest[0] != '.')
        {
            return TimeSpan.Zero;
        }

        var end = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (end is < 1 or > 9 || Digits(rest.Slice(1, end)) is not { } nanoseconds)
        {
            return null;
        }

        for (var i = end; i < 9; i++)
        {
            nanoseconds *= 10;
        }

        rest = rest[(end + 1)..];
        return TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    private static TimeSpan? Offset(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'Z' or (byte)'z'])
        {
            return TimeSpan.Zero;
        }

        if (text is not [(byte)'+' or (byte)'-', _, _, (byte)':', _, _]
            || Digits(text[1..3]) is not (<= 23 and var hours)
            || Digits(text[4..6]) is not (<= 59 and var minutes))
        {
            return null;
        }

        var offset = new TimeSpan(hours, minutes, 0);
        return text[0] == '-' ? -offset : offset;
    }

    private static int? Digits(ReadOnlySpan<byte> text)
    {
        var value = 0;
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit((char)character))
            {
                return null;
            }

            value = (value * 10) + (character - '0');
        }

        return value;
    }
}
