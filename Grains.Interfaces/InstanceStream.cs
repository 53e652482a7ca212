namespace OrleansSie.Grains.Interfaces;

/// <summary>Names of the stream that carries <see cref="InstanceEvent"/>s: one stream per instance, keyed by the instance.</summary>
public static class InstanceStream
{
    /// <summary>The Orleans stream provider.</summary>
    public const string Provider = "pubsub";

    /// <summary>The namespace that instance grains subscribe to implicitly.</summary>
    public const string Namespace = "instance";
}
