using Orleans.Streaming.PubSub;

namespace OrleansSie.Bench.Fuzz.Mutations;

/// <summary>One Pub/Sub message as the decoder is given it.</summary>
internal sealed record FuzzInput(
    byte[] Data, string MessageId, DateTimeOffset PublishTime, int DeliveryAttempt, IReadOnlyDictionary<string, string> Attributes)
{
    public PubSubReceived Received => new("projects/p/subscriptions/s", MessageId, PublishTime, DeliveryAttempt, Data, Attributes);

    /// <summary>All that is needed to feed the input again.</summary>
    public override string ToString() =>
        $"data (base64): {Convert.ToBase64String(Data)}\nmessage id (JSON): {System.Text.Json.JsonSerializer.Serialize(MessageId)}\n"
        + $"publish time: {PublishTime:O}\nattributes: {Attributes.Count}";
}
