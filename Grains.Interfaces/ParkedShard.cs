namespace OrleansSie.Grains.Interfaces;

/// <summary>Which shard of the register an instance's interruptions are in.</summary>
public static class ParkedShard
{
    /// <summary>Number of shards. It cannot change without moving what is stored.</summary>
    public const int Count = 64;

    /// <summary>The keys of all shards.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        [.. Enumerable.Range(0, Count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>The key of an instance's shard: the same on every machine and in every version.</summary>
    public static string Of(string instance) => Keys[(int)(KeyHash.Of(instance.AsSpan()) % Count)];
}
