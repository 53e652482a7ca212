namespace OrleansSie.Silo.Configuration;

/// <summary>How instances are listed by the Compute API: the <c>inventory</c> section.</summary>
internal sealed class InventoryOptions
{
    /// <summary>Whether instances are listed at all. Default: true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Time between the starts of two listings of a project. Default: 5 minutes.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Who picks GKE's nodes. Default: <see cref="InventoryFilter.client"/>.</summary>
    public InventoryFilter Filter { get; init; } = InventoryFilter.client;
}
