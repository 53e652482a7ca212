namespace OrleansSie.Grains;

/// <summary>When the losses of a node pool, or of a GKE cluster, are a storm.</summary>
/// <param name="BeginRatio">One begins when this share of the nodes is lost within 5 minutes.</param>
/// <param name="EndRatio">It ends when less than this share was lost within 15 minutes.</param>
/// <param name="MinLost">Fewer nodes begin none.</param>
/// <param name="ListingMinutes">The nodes of a zone whose last listing is older are not known.</param>
public sealed record StormSettings(double BeginRatio = 0.2, double EndRatio = 0.05, int MinLost = 3, int ListingMinutes = 60);

/// <summary>How long the grains keep instances, interruptions without a cluster, and clusters.</summary>
/// <param name="AttributionTimeout">After this time since its arrival an interruption without a cluster is given up.</param>
/// <param name="Retention">An instance's record leaves the store this long after the instance was last seen.</param>
/// <param name="ClusterRetention">A cluster is retired when none of its nodes was seen for this time; null for never.</param>
public sealed record RetentionSettings(TimeSpan AttributionTimeout, TimeSpan Retention, TimeSpan? ClusterRetention = null);
