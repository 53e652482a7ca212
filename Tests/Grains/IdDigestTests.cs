using System.Buffers.Text;
using OrleansSie.Grains.Clusters;
using Xunit;

namespace OrleansSie.Tests.Grains;

public sealed class IdDigestTests
{
    [Fact]
    public void Digest_OfDifferentIds_IsDifferentAndOfOneIdTheSame()
    {
        string[] ids = ["", "op-1", "op-2", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAQ", "AAAAAAAAAAAAAAAAAAAAAR", "AQAAAAAAAAAAAAAAAAAAAA", "not base64url, 22 long", new string('x', 300)];

        Assert.Equal(ids.Length, ids.Select(IdDigest.Of).Distinct().Count());
        Assert.Equal(ids.Select(IdDigest.Of), ids.Select(i => IdDigest.Of(new string(i))));
    }

    [Fact]
    public void Digest_OfAnIdMadeOfSixteenBytes_IsThoseBytes()
    {
        byte[] bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

        Assert.Equal(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes), IdDigest.Of(Base64Url.EncodeToString(bytes)));
    }
}
