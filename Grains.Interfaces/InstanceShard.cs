using System.Text;

namespace OrleansSie.Grains.Interfaces;

/// <summary>Which shard an instance is in: its events travel on that shard's stream, and its grain lives where the shard does.</summary>
public static class InstanceShard
{
    /// <summary>Number of shards. All silos of a cluster must have the same; nothing that is stored depends on it.</summary>
    public const int Count = 32;

    /// <summary>The shard of an instance: the same on every machine.</summary>
    /// <param name="instance">The instance's key.</param>
    public static int Of(string instance) => (int)(KeyHash.Of(instance.AsSpan()) % Count);

    /// <summary>As <see cref="Of(string)"/>.</summary>
    /// <param name="instance">The instance's key in UTF-8.</param>
    public static int Of(ReadOnlySpan<byte> instance) =>
        Ascii.IsValid(instance) ? (int)(KeyHash.Of(instance) % Count) : Of(Encoding.UTF8.GetString(instance));
}
