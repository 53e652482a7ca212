using System.Text.Json.Nodes;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>What is kept of an interruption's operation.</summary>
public sealed class OperationTests
{
    [Fact]
    public void Operation_OfAnInterruption_IsTold() =>
        Assert.Equal("systemevent-1772448146116-64c0f51aa0f01-3d1c22b7-a1b2c3d4", Parsing.Event(Sample.Bytes(Parsing.Preempted)).Operation);

    [Fact]
    public void Operation_OfAnotherEvent_IsNot() => Assert.Equal("", Parsing.Event(Sample.Bytes(Parsing.InsertFirst)).Operation);

    [Theory]
    [InlineData(127, "é", "")]
    [InlineData(126, "é", "é")]
    [InlineData(125, "𝟙", "")]
    [InlineData(124, "𝟙", "𝟙")]
    [InlineData(128, "x", "")]
    public void Operation_ThatIsTooLong_IsCutBetweenTwoCharacters(int letters, string last, string kept)
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry["operation"] = new JsonObject { ["id"] = new string('a', letters) + last + "and more", ["first"] = true };

        var operation = Parsing.Event(entry).Operation;

        Assert.StartsWith(new string('a', letters) + kept, operation, StringComparison.Ordinal);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(operation), letters, 128);
        Assert.DoesNotContain('\uFFFD', operation);
    }
}
