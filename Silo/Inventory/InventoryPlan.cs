using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Inventory;

/// <summary>Which projects are listed, or why none is.</summary>
/// <param name="Projects">Project ids; empty if there is a reason.</param>
/// <param name="OffBecause">For the operator; null if projects are listed.</param>
internal sealed record InventoryPlan(IReadOnlyList<string> Projects, string? OffBecause)
{
    public bool IsOn => OffBecause is null;

    public static InventoryPlan Of(SieOptions options)
    {
        var reason = options switch
        {
            { Inventory.Enabled: false } => "inventory.enabled is false",
            { IsLocal: true } => "local mode has no Compute API",
            { HasComputeApi: false } => "PUBSUB_EMULATOR_HOST is set and compute.endpoint is not",
            _ => null,
        };
        return new InventoryPlan(reason is null ? NamesOf(options) : [], reason);
    }

    private static string[] NamesOf(SieOptions options) => [.. options.Projects.Select(p => p.Name).Distinct(StringComparer.Ordinal)];
}
