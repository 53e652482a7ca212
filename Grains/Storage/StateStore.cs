namespace OrleansSie.Grains.Storage;

/// <summary>The grain storage providers: two names of one store.</summary>
public static class StateStore
{
    /// <summary>Of the records that stay for good.</summary>
    public const string Name = "state";

    /// <summary>Of the records that leave the store when they have not been written for <c>instances.retention</c>.</summary>
    public const string Instances = "instances";
}
