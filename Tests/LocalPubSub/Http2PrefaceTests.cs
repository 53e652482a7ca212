using System.Buffers;
using System.Text;
using OrleansSie.Silo.LocalPubSub;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

public sealed class Http2PrefaceTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("P", null)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r", null)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", true)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore", true)]
    [InlineData("G", false)]
    [InlineData("PO", false)]
    [InlineData("PUT /v1/projects/p/topics/t HTTP/1.1\r\n", false)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nXX", false)]
    public void Match_FirstBytes_DecidesAsSoonAsTheyDo(string arrived, bool? expected) =>
        Assert.Equal(expected, Http2Preface.Match(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(arrived))));
}
