using System.Buffers.Text;
using System.Security.Cryptography;

namespace OrleansSie.Silo.Storage;

/// <summary>One stored state: the serialized bytes, and the tag that the next write must name.</summary>
internal sealed record StoreRecord(string Etag, byte[] Data)
{
    /// <summary>Another one each time.</summary>
    public static string NewEtag()
    {
        Span<byte> bytes = stackalloc byte[9];
        RandomNumberGenerator.Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
