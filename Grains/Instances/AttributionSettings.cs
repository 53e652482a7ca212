namespace OrleansSie.Grains.Instances;

/// <summary>How long what is kept of instances, of interruptions without a cluster and of clusters lasts.</summary>
/// <param name="Timeout">After this time since its arrival an interruption without a cluster is declared unattributed.</param>
/// <param name="Retention">An instance's record leaves the store this long after it was last heard of.</param>
/// <param name="ClusterRetention">A cluster of whose nodes nothing is heard for this time is retired; null for never.</param>
public sealed record AttributionSettings(TimeSpan Timeout, TimeSpan Retention, TimeSpan? ClusterRetention = null);
