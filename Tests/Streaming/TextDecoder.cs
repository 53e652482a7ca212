using System.Text;
using Orleans.Streaming.PubSub;

namespace OrleansSie.Tests.Streaming;

/// <summary>Reads <c>namespace/key</c> as a delivery of a <see cref="TextItem"/>, <c>ignore:reason</c> as such, and throws on <c>throw</c>.</summary>
internal sealed class TextDecoder : IPubSubMessageDecoder
{
    public PubSubDecoded Decode(in PubSubReceived message)
    {
        var text = Encoding.UTF8.GetString(message.Data.Span);
        if (text == "throw")
        {
            throw new FormatException("The test asked for it.");
        }

        if (text.StartsWith("ignore:", StringComparison.Ordinal))
        {
            return PubSubDecoded.Ignore(text["ignore:".Length..]);
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return PubSubDecoded.Deliver(StreamId.Create(text[..slash], text[(slash + 1)..]), new TextItem(message.MessageId, text));
    }
}

/// <summary>What the tests deliver.</summary>
[GenerateSerializer, Immutable, Alias("OrleansSie.Tests.Streaming.TextItem")]
public sealed record TextItem([property: Id(0)] string MessageId, [property: Id(1)] string Text);
