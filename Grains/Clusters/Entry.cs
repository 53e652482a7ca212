using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansSie.Grains.Clusters;

/// <summary>One interruption that is counted, as it is stored: in the tail of the cluster's record at first, then in a segment.</summary>
internal sealed class Entry
{
    [JsonPropertyName("i")]
    public string Id { get; set; } = "";

    /// <summary>The instance's name; its whole key where its project is not the cluster's, or its zone not that of the row.</summary>
    [JsonPropertyName("n")]
    public string Instance { get; set; } = "";

    /// <summary>When it happened, Unix milliseconds.</summary>
    [JsonPropertyName("t")]
    public long At { get; set; }

    /// <summary>Under which labels it is counted: the place of their row in the cluster's record.</summary>
    [JsonPropertyName("r")]
    public int Row { get; set; }

    /// <summary>How old the instance was, in seconds; null where that is not known.</summary>
    [JsonPropertyName("a")]
    public long? Age { get; set; }

    /// <summary>Compute Engine's id of the operation; null where none is known.</summary>
    [JsonPropertyName("o")]
    public string? Operation { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Of its id.</summary>
    [JsonIgnore]
    public UInt128 Digest { get; set; }

    /// <summary>The epoch in which its instance was known to have recorded it; null while that is not known.</summary>
    [JsonIgnore]
    public long? ConfirmedIn { get; set; }

    /// <summary>The segment that it is in; null in the tail and before.</summary>
    [JsonIgnore]
    public Segment? Segment { get; set; }
}

/// <summary>
/// 16 bytes in place of an interruption's id, to save memory: the 16 bytes that the id encodes, else its hash. Two ids have the same
/// digest only if a hash collides.
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

    /// <summary>Accepts only the text that encoding the bytes gives: decoding alone would accept several texts for the same bytes.</summary>
    private static bool IsEncoded(string id, Span<byte> bytes)
    {
        Span<char> again = stackalloc char[EncodedLength];
        return id.Length == EncodedLength && Base64Url.IsValid(id, out var length) && length == DigestLength
            && Base64Url.TryDecodeFromChars(id, bytes, out _)
            && Base64Url.TryEncodeToChars(bytes[..DigestLength], again, out _) && again.SequenceEqual(id);
    }
}

/// <summary>What an activation remembers of a segment in force.</summary>
internal sealed class Segment
{
    private readonly UInt128[] _digests;

    /// <param name="number">Its number.</param>
    /// <param name="entries">What is in it.</param>
    /// <param name="confirmedIn">The epoch of the last confirmation of one of them, or a later one.</param>
    public Segment(long number, IReadOnlyList<Entry> entries, long confirmedIn)
    {
        Number = number;
        _digests = [.. entries.Select(e => e.Digest)];
        ConfirmedIn = confirmedIn;
    }

    public long Number { get; }

    /// <summary>The ids in it.</summary>
    public IReadOnlyList<UInt128> Digests => _digests;

    /// <summary>How many of them are not confirmed.</summary>
    public int Unconfirmed { get; set; }

    /// <summary>No id in it was confirmed in a later epoch.</summary>
    public long ConfirmedIn { get; set; }
}
