using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;

namespace OrleansSie.Silo.Events;

/// <summary>Joins transport and meaning: a Pub/Sub message becomes an event on its instance's stream, or a named reason to ignore it.</summary>
internal sealed class MessageDecoder : IPubSubMessageDecoder
{
    private readonly AuditLogParser _parser;
    private readonly OutcomeLedger _ledger;

    public MessageDecoder(AuditLogParser parser, OutcomeLedger ledger)
    {
        _parser = parser;
        _ledger = ledger;
    }

    public PubSubDecoded Decode(in PubSubReceived message)
    {
        var entry = _parser.Parse(message.Data.Span, message.MessageId, message.PublishTime);
        return entry.Event is { } e
            ? PubSubDecoded.Deliver(StreamId.Create(InstanceStream.Namespace, e.Instance), e with { Receipt = _ledger.Open() })
            : PubSubDecoded.Ignore(new IgnoredMessage(entry.Ignored, entry.Detail));
    }
}
