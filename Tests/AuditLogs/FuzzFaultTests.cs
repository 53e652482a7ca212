using Orleans.Streaming.PubSub;
using OrleansSie.Bench.Fuzz.Checks;
using OrleansSie.Bench.Fuzz.Mutations;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Silo.Events;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>The fuzz can fail: each broken decoder is found out by one sample.</summary>
public sealed class FuzzFaultTests
{
    private static readonly FuzzInput _preempted = Of(Parsing.Preempted);

    [Fact]
    public void Decoder_OfTheProduct_HasNoFault() => Assert.Null(new InputCheck().Run(_preempted).Fault);

    [Fact]
    public void Decoder_ThatThrows_IsFound() => AssertFound("threw FormatException", (in _, _) => throw new FormatException("The test asked for it."));

    [Fact]
    public void Decoder_WithoutAnOutcome_IsFound() => AssertFound("there is neither", (in _, _) => default);

    [Fact]
    public void Decoder_WhoseIdentityRestsOnTheMessage_IsFound() => AssertFound(
        "the identity rests on the message",
        (in message, decoded) => WithIdentity(decoded, EventIdentity.OfMessage(EventOf(decoded).Instance, message.MessageId)));

    [Fact]
    public void Decoder_WithoutAnIdentity_IsFound() => AssertFound("an identity is not", (in _, decoded) => WithIdentity(decoded, ""));

    [Fact]
    public void Decoder_ThatAnswersOtherwiseTheSecondTime_IsFound()
    {
        var calls = 0;
        AssertFound(
            "the same message decoded again",
            (in _, decoded) => PubSubDecoded.Deliver(decoded.Stream, EventOf(decoded) with { InstanceId = (ulong)++calls }));
    }

    [Fact]
    public void Decoder_ThatAllocatesFarMoreThanItReads_IsFound() => AssertFound(
        "100",
        (in _, decoded) =>
        {
            GC.KeepAlive(new byte[100_000]);
            return decoded;
        });

    [Theory]
    [InlineData(Outcome.counted, "A sentence that is long enough.")]
    [InlineData(Outcome.not_json, null)]
    [InlineData(Outcome.not_json, "A sentence of two\nlines.")]
    public void Decoder_ThatIgnoresWithoutAProperReason_IsFound(Outcome outcome, string? detail) =>
        AssertFound("", (in _, _) => PubSubDecoded.Ignore(new IgnoredMessage(outcome, detail)));

    private static FuzzInput Of(string sample) =>
        new(Sample.Bytes(sample), Parsing.MessageId, Parsing.PublishTime, 0, new Dictionary<string, string>());

    private static PubSubDecoded WithIdentity(PubSubDecoded decoded, string id) =>
        PubSubDecoded.Deliver(decoded.Stream, EventOf(decoded) with { EventId = id });

    private static InstanceEvent EventOf(PubSubDecoded decoded) => (InstanceEvent)decoded.Item!;

    private static void AssertFound(string fault, BrokenDecoder.Change change)
    {
        var verdict = new InputCheck(decoder => new BrokenDecoder(decoder, change)).Run(_preempted);

        Assert.NotNull(verdict.Fault);
        Assert.StartsWith(fault, verdict.Fault, StringComparison.Ordinal);
    }

    private sealed class BrokenDecoder(IPubSubMessageDecoder decoder, BrokenDecoder.Change change) : IPubSubMessageDecoder
    {
        public delegate PubSubDecoded Change(in PubSubReceived message, PubSubDecoded decoded);

        public PubSubDecoded Decode(in PubSubReceived message) => change(message, decoder.Decode(message));
    }
}
