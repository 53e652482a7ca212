using System.Numerics;
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

/// <summary>Names of the stream that carries <see cref="InstanceEvent"/>s: one stream a shard of instances, keyed by the shard.</summary>
public static class InstanceStream
{
    /// <summary>The Orleans stream provider.</summary>
    public const string Provider = "pubsub";

    /// <summary>The namespace that the consumer on each silo subscribes to implicitly.</summary>
    public const string Namespace = "instances";
}

/// <summary>A hash of a grain's key: the same on every machine and in every version.</summary>
internal static class KeyHash
{
    /// <summary>FNV-1a over the UTF-16 code units, or over the bytes of a key in ASCII.</summary>
    public static uint Of<T>(ReadOnlySpan<T> units)
        where T : unmanaged, IBinaryInteger<T>
    {
        var hash = 2166136261u;
        foreach (var unit in units)
        {
            hash = (hash ^ uint.CreateTruncating(unit)) * 16777619u;
        }

        return hash;
    }
}
