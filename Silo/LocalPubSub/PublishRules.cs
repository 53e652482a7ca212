using System.Text;
using System.Text.RegularExpressions;
using OrleansSie.Silo.LocalPubSub.Protocol;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>What Pub/Sub refuses to publish. Anything else is published unchanged: data is any bytes.</summary>
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
        PubSubErrors.Require(messages.Count is > 0 and <= MaxMessages, $"A request must have 1 to {MaxMessages} messages; this has {messages.Count}.");
        long total = 0;
        foreach (var message in messages)
        {
            Check(message);
            total += message.Data.Length;
        }

        PubSubErrors.Require(total <= MaxDataBytes, $"The data of one request may have at most {MaxDataBytes} bytes; this has {total}.");
    }

    private static void Check(PubsubMessage message)
    {
        PubSubErrors.Require(!message.Data.IsEmpty || message.Attributes.Count > 0, "A message must have data or at least one attribute.");
        PubSubErrors.Require(message.Data.Length <= MaxDataBytes,
            $"The data of one message may have at most {MaxDataBytes} bytes; this has {message.Data.Length}.");
        PubSubErrors.Require(message.Attributes.Count <= MaxAttributes,
            $"A message may have at most {MaxAttributes} attributes; this has {message.Attributes.Count}.");
        foreach (var (key, value) in message.Attributes)
        {
            PubSubErrors.Require(key.Length > 0 && !key.StartsWith("goog", StringComparison.Ordinal),
                $"An attribute's key must not be empty nor start with goog; this is '{key}'.");
            PubSubErrors.Require(Encoding.UTF8.GetByteCount(key) <= MaxKeyBytes && Encoding.UTF8.GetByteCount(value) <= MaxValueBytes,
                $"An attribute may have at most {MaxKeyBytes} bytes of key and {MaxValueBytes} bytes of value.");
        }
    }
}

/// <summary>Pub/Sub's rules for the full names of topics and subscriptions.</summary>
internal static partial class ResourceNames
{
    public static void CheckTopic(string name) => Check(name, Topic(), "projects/{project}/topics/{topic}");

    public static void CheckSubscription(string name) =>
        Check(name, Subscription(), "projects/{project}/subscriptions/{subscription}");

    /// <summary>The project part of a full name that was checked.</summary>
    public static string ProjectOf(string name) => name.Split('/')[1];

    /// <summary>The last part of a full name that was checked.</summary>
    public static string ShortNameOf(string name) => name.Split('/')[3];

    private static void Check(string name, Regex rule, string form)
    {
        if (!rule.IsMatch(name))
        {
            throw PubSubErrors.Invalid(
                $"Invalid resource name given (name={name}): it must have the form {form}, its last part 3 to 255 characters "
                + "of A-Z a-z 0-9 - _ . ~ + %, starting with a letter and not with goog.");
        }
    }

    [GeneratedRegex("^projects/[^/]+/topics/(?!goog)[A-Za-z][A-Za-z0-9_.~+%-]{2,254}\\z")]
    private static partial Regex Topic();

    [GeneratedRegex("^projects/[^/]+/subscriptions/(?!goog)[A-Za-z][A-Za-z0-9_.~+%-]{2,254}\\z")]
    private static partial Regex Subscription();
}
