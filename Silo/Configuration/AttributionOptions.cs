namespace OrleansSie.Silo.Configuration;

/// <summary>What becomes of interruptions without a known cluster: the <c>attribution</c> section.</summary>
internal sealed class AttributionOptions
{
    /// <summary>After this time since its arrival such an interruption is declared unattributed. Default: 1 hour.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);
}
