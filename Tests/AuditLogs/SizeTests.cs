using System.Text;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

public sealed class SizeTests
{
    private const int HalfMebibyte = 512 * 1024;
    private const int PubSubLimit = 10_000_000;

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("{\"protoPayload\":")]
    [InlineData("[{\"a\":")]
    public void Data_OpenedHalfAMebibyteDeep_IsNotJson(string opening)
    {
        var data = new StringBuilder(HalfMebibyte).Insert(0, opening, HalfMebibyte / opening.Length).ToString();

        Assert.Equal(Outcome.not_json, Parsing.Ignored(data));
    }

    [Theory]
    [InlineData("\"protoPayload\":{", "\"metadata\":")]
    [InlineData("\"protoPayload\":{", "\"response\":")]
    [InlineData("\"request\":{", "\"labels\":")]
    [InlineData("\"request\":{", "\"disks\":")]
    [InlineData("{", "\"unknown\":")]
    public void Entry_WithADeepField_IsReadAllTheSame(string after, string field)
    {
        const int depth = 100_000;
        var data = Sample.Json(Parsing.Preempted).ToJsonString();
        var place = data.IndexOf(after, StringComparison.Ordinal) + after.Length;
        var deep = data.Insert(place, field + new string('[', depth) + new string(']', depth) + ",");

        Assert.Equal(Parsing.Event(data), Parsing.Event(deep));
    }

    [Fact]
    public void Message_OfTheLargestSize_IsReadWithoutCopyingThePadding()
    {
        var sample = Sample.Json(Parsing.Preempted).ToJsonString();
        var data = Encoding.UTF8.GetBytes(sample.Insert(1, $"\"padding\":\"{new string('x', PubSubLimit - sample.Length - 13)}\","));
        Assert.Equal(PubSubLimit, data.Length);
        var expected = Parsing.Event(sample);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var parsed = Parsing.Parse(data);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(expected, parsed.Event);
        Assert.InRange(allocated, 1, 4_096);
    }

    [Theory]
    [InlineData("\"\\ud800\":0,")]
    [InlineData("\"insertId\":\"a\\udc00\",")]
    [InlineData("\"logName\":\"\\ud83d\\ud83d\\ude00\",")]
    public void Message_FullOfLoneSurrogates_ThrowsAndAllocatesNothingForThem(string field)
    {
        var sample = Sample.Json(Parsing.Preempted).ToJsonString();
        var data = Encoding.UTF8.GetBytes(new StringBuilder("{").Insert(1, field, HalfMebibyte / field.Length).Append(sample.AsSpan(1)).ToString());

        Assert.Equal(Parsing.Event(sample), Parsing.Event(data));
        Assert.InRange(AllocatedPerParse(data), 1, 4_096);
    }

    [Fact]
    public void Texts_WithAPairOfSurrogatesBesideOtherEscapes_AreRead()
    {
        var pair = Parsing.Event("""
            {"protoPayload":{"methodName":"compute.instances.preempted","resourceName":"projects/p/zones/z\\\ud83d\uDE00\u005cu/instances/\u00e9\"n"} }
            """);

        Assert.Equal("projects/p/zones/z\\\U0001F600\\u/instances/é\"n", pair.Instance);
    }

    [Theory]
    [InlineData("a1-preempted.2023", 640)]
    [InlineData("b2-insert.first.gke-mig-spot.COMPOSED", 1_024)]
    public void Sample_OfAnEvent_AllocatesLittleMoreThanTheEvent(string sample, int most) =>
        Assert.InRange(AllocatedPerParse(Sample.Bytes(sample)), 1, most);

    [Fact]
    public void Sample_OfAnIgnoredMethod_AllocatesItsDetailAlone() =>
        Assert.InRange(AllocatedPerParse(Sample.Bytes("d4-automaticRestart")), 1, 640);

    private static long AllocatedPerParse(byte[] data)
    {
        const int rounds = 100;
        var parser = new AuditLogParser(Parsing.DefaultProject);
        _ = parser.Parse(data, Parsing.MessageId, Parsing.PublishTime);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < rounds; i++)
        {
            _ = parser.Parse(data, Parsing.MessageId, Parsing.PublishTime);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / rounds;
    }
}
