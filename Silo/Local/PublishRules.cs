using System.Text;
using Google.Cloud.PubSub.V1;

namespace OrleansSie.Silo.Local;

/// <summary>What Pub/Sub refuses to publish. Anything else is published as it is: data is bytes, whatever they mean.</summary>
internal static class PublishRules
{
    /// <summary>Most bytes of data in one message, and in one request.</summary>
    public const int MaxDataBytes = 10 * 1024 * 1024;

    private const int MaxMessages = 1000;
    private const int MaxAttributes = 100;
    private const int MaxKeyBytes = 256;
    private const int MaxValueBytes = 1024;

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: nothing of the request is published.</exception>
    public static void Check(IReadOnlyList<PubsubMessage> messages)
    {
        PubSubRefusal.Require(messages.Count is > 0 and <= MaxMessages, $"A request must have 1 to {MaxMessages} messages; this has {messages.Count}.");
        long total = 0;
        foreach (var message in messages)
        {
            Check(message);
            total += message.Data.Length;
        }

        PubSubRefusal.Require(total <= MaxDataBytes, $"The data of one request may have at most {MaxDataBytes} bytes; this has {total}.");
    }

    private static void Check(PubsubMessage message)
    {
        PubSubRefusal.Require(!message.Data.IsEmpty || message.Attributes.Count > 0, "A message must have data or at least one attribute.");
        PubSubRefusal.Require(message.Data.Length <= MaxDataBytes,
            $"The data of one message may have at most {MaxDataBytes} bytes; this has {message.Data.Length}.");
        PubSubRefusal.Require(message.Attributes.Count <= MaxAttributes,
            $"A message may have at most {MaxAttributes} attributes; this has {message.Attributes.Count}.");
        foreach (var (key, value) in message.Attributes)
        {
            PubSubRefusal.Require(key.Length > 0 && !key.StartsWith("goog", StringComparison.Ordinal),
                $"An attribute's key must not be empty nor start with goog; this is '{key}'.");
            PubSubRefusal.Require(Encoding.UTF8.GetByteCount(key) <= MaxKeyBytes && Encoding.UTF8.GetByteCount(value) <= MaxValueBytes,
                $"An attribute may have at most {MaxKeyBytes} bytes of key and {MaxValueBytes} bytes of value.");
        }
    }
}
