namespace OrleansSie.Grains;

/// <summary>How long the grains keep instances, interruptions without a cluster, and clusters.</summary>
/// <param name="AttributionTimeout">After this time since its arrival an interruption without a cluster is given up.</param>
/// <param name="Retention">An instance's record leaves the store this long after the instance was last seen.</param>
/// <param name="ClusterRetention">A cluster is retired when none of its nodes was seen for this time; null for never.</param>
public sealed record RetentionSettings(TimeSpan AttributionTimeout, TimeSpan Retention, TimeSpan? ClusterRetention = null);
