using System.Text;
using OrleansSie.Testing.Proxies;
using Xunit;

namespace OrleansSie.Tests.Chaos;

public sealed class RespReaderTests
{
    private static readonly string[] _whole =
    [
        "*2\r\n$7\r\nHGETALL\r\n$3\r\na\r\n\r\n", "+OK\r\n", ":12\r\n", "$-1\r\n", "*-1\r\n", "$0\r\n\r\n", "-ERR no\r\n", "*0\r\n",
        "*2\r\n*1\r\n:1\r\n$2\r\nab\r\n", "%1\r\n$1\r\nk\r\n*1\r\n$1\r\nv\r\n", ">2\r\n+a\r\n+b\r\n",
    ];

    [Fact]
    public void Read_CutAnywhere_GivesEachWhole()
    {
        var all = Encoding.ASCII.GetBytes(string.Concat(_whole));
        for (var size = 1; size <= all.Length; size++)
        {
            var reader = new RespReader();
            var read = all.Chunk(size).SelectMany(piece => reader.Read(piece)).Select(Encoding.ASCII.GetString);

            Assert.Equal(_whole, read);
        }
    }

    [Fact]
    public void Strings_OfANestedAnswer_AreAllFound()
    {
        var answer = Encoding.ASCII.GetBytes("%1\r\n$4\r\ndata\r\n*3\r\n$2\r\n\r\n\r\n:7\r\n$-1\r\n");

        Assert.Equal(["data", "\r\n"], RespReader.Strings(answer).Select(r => Encoding.ASCII.GetString(answer[r])));
    }
}
