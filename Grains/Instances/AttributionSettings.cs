namespace OrleansSie.Grains.Instances;

/// <summary>How long what is kept of instances and of interruptions without a cluster lasts.</summary>
/// <param name="Timeout">After this time since its arrival an interruption without a cluster is declared unattributed.</param>
/// <param name="Retention">An instance's record leaves the store this long after it was last heard of.</param>
public sealed record AttributionSettings(TimeSpan Timeout, TimeSpan Retention);
