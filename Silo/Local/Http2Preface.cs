using System.Buffers;

namespace OrleansSie.Silo.Local;

/// <summary>The bytes every HTTP/2 client begins a connection with (RFC 9113, 3.4), chosen so that no HTTP/1.1 request does.</summary>
internal static class Http2Preface
{
    private static ReadOnlySpan<byte> Bytes => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Whether a connection begins with the preface; null while what has arrived may still become either.</summary>
    public static bool? Match(ReadOnlySequence<byte> arrived)
    {
        var start = arrived.Slice(0, Math.Min(arrived.Length, Bytes.Length)).ToArray();
        if (!Bytes.StartsWith(start))
        {
            return false;
        }

        return start.Length == Bytes.Length ? true : null;
    }
}
