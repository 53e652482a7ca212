namespace OrleansSie.Silo.Inventory;

/// <summary>What the worker remembers of one numeric id.</summary>
internal struct KnownInstance
{
    public string Zone;
    public string Name;
    public DateTimeOffset CreatedAt;

    /// <summary>Of what its grain was told; null before that.</summary>
    public int? Told;

    /// <summary>When its grain is told again though nothing changed, UTC ticks.</summary>
    public long RenewAt;

    /// <summary>The number of the listing that held it last.</summary>
    public int Listing;

    /// <summary>Whether a complete listing held it.</summary>
    public bool WasInCompleteListing;
}
