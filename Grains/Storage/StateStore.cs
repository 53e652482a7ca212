namespace OrleansSie.Grains.Storage;

/// <summary>The grain storage provider that holds every state.</summary>
public static class StateStore
{
    /// <summary>Its name.</summary>
    public const string Name = "state";
}
