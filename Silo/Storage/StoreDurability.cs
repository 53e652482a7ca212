namespace OrleansSie.Silo.Storage;

/// <summary>What a store promises for the writes it acknowledges.</summary>
/// <param name="AppendFsync">When an acknowledged write is on disk.</param>
/// <param name="MaxMemoryPolicy">What it does when memory is full: a Redis policy name, or <c>unknown</c>.</param>
/// <param name="Fault">Why the silo must not start on this store; null where nothing speaks against it.</param>
/// <param name="Warning">What could not be read, and what to check by hand; null where all was read.</param>
internal sealed record StoreDurability(AppendFsync AppendFsync, string MaxMemoryPolicy, string? Fault, string? Warning)
{
    /// <summary>The embedded store: every acknowledged write is on disk, and nothing is evicted.</summary>
    public static StoreDurability Embedded { get; } = new(AppendFsync.always, "noeviction", null, null);

    /// <summary>Memory alone: nothing is on disk.</summary>
    public static StoreDurability Memory { get; } = new(AppendFsync.off, "noeviction", null, null);
}
