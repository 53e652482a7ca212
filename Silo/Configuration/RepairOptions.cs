namespace OrleansSie.Silo.Configuration;

/// <summary>Whether gaps are repaired from the Compute API's operations: the <c>repair</c> section.</summary>
internal sealed class RepairOptions
{
    /// <summary>Whether they are. Default: true.</summary>
    public bool Enabled { get; init; } = true;
}
