using System.Globalization;

namespace OrleansSie.Testing.Proxies;

/// <summary>Cuts one direction of a connection to Redis into whole requests or answers, by the Redis protocol (RESP 2 and 3).</summary>
internal sealed class RespReader
{
    private byte[] _pending = [];

    /// <summary>What is complete with this piece, as it stands on the wire.</summary>
    public IReadOnlyList<byte[]> Read(ReadOnlySpan<byte> piece)
    {
        _pending = [.. _pending, .. piece];
        var complete = new List<byte[]>();
        var start = 0;
        while (start < _pending.Length && End(_pending, start, null) is { } end)
        {
            complete.Add(_pending[start..end]);
            start = end;
        }

        _pending = _pending[start..];
        return complete;
    }

    /// <summary>The strings of a whole request or answer, however they are nested.</summary>
    public static IReadOnlyList<Range> Strings(byte[] whole)
    {
        var strings = new List<Range>();
        End(whole, 0, strings);
        return strings;
    }

    /// <summary>Where the value that starts there ends; null where it is not complete.</summary>
    private static int? End(ReadOnlySpan<byte> bytes, int start, List<Range>? strings)
    {
        var line = bytes[start..].IndexOf("\r\n"u8);
        if (line < 0)
        {
            return null;
        }

        int? end = start + line + 2;
        int Number(ReadOnlySpan<byte> all) => int.Parse(all[(start + 1)..(start + line)], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        switch ((char)bytes[start])
        {
            case '$' or '=' or '!' when Number(bytes) is var length and >= 0:
                strings?.Add(end.Value..(end.Value + length));
                return end + length + 2 <= bytes.Length ? end + length + 2 : null;
            case '*' or '~' or '>' or '%':
                for (var left = Number(bytes) * (bytes[start] == '%' ? 2 : 1); left > 0 && end is not null; left--)
                {
                    end = End(bytes, end.Value, strings);
                }

                return end;
            default:
                return end;
        }
    }
}
