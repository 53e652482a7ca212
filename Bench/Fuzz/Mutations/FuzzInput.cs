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

/// <summary>The samples that all inputs descend from: what Compute Engine, Pub/Sub and the Compute API send.</summary>
internal static class Seeds
{
    private const string Prefix = "fuzz/";

    public static IReadOnlyList<byte[]> All { get; } = [.. Names().Select(Read)];

    private static IEnumerable<string> Names() => typeof(Seeds).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static byte[] Read(string name)
    {
        using var stream = typeof(Seeds).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
