using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// 16 bytes in the place of an interruption's id, for memory alone: an id made of 16 bytes gives those, any other its hash.
/// Two ids never share a digest, but by the chance that two such hashes are equal.
/// </summary>
internal static class IdDigest
{
    private const int DigestLength = 16;
    private const int EncodedLength = 22;

    public static UInt128 Of(string id)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        if (!IsEncoded(id, bytes))
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(id), bytes);
        }

        return BinaryPrimitives.ReadUInt128LittleEndian(bytes);
    }

    /// <summary>Only the one text that these bytes are written as: decoding alone would take several.</summary>
    private static bool IsEncoded(string id, Span<byte> bytes)
    {
        Span<char> again = stackalloc char[EncodedLength];
        return id.Length == EncodedLength && Base64Url.IsValid(id, out var length) && length == DigestLength
            && Base64Url.TryDecodeFromChars(id, bytes, out _)
            && Base64Url.TryEncodeToChars(bytes[..DigestLength], again, out _) && again.SequenceEqual(id);
    }
}
