namespace OrleansSie.Grains.Interfaces;

/// <summary>Names of the stream that carries <see cref="InstanceEvent"/>s: one stream a shard of instances, keyed by the shard.</summary>
public static class InstanceStream
{
    /// <summary>The Orleans stream provider.</summary>
    public const string Provider = "pubsub";

    /// <summary>The namespace that the consumer on each silo subscribes to implicitly.</summary>
    public const string Namespace = "instances";
}
