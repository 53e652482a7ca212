namespace OrleansSie.Grains.Clusters;

/// <summary>
/// Counts in the cluster's record the hours in which none of its nodes was seen, and retires the cluster after <c>clusters.retention</c>.
/// Hours pass by the activation's monotonic clock, so no wall clock retires a cluster; an hour that has not passed when an activation ends
/// is not counted.
/// </summary>
internal sealed class QuietHours
{
    private readonly Func<ClusterState> _cluster;
    private readonly TimeSpan? _retention;
    private readonly Interval _hour;

    /// <param name="cluster">The cluster's record.</param>
    /// <param name="retention">Null for never.</param>
    /// <param name="time">The activation's clock.</param>
    public QuietHours(Func<ClusterState> cluster, TimeSpan? retention, TimeProvider time)
    {
        _cluster = cluster;
        _retention = retention;
        _hour = new Interval(time, TimeSpan.FromHours(1));
        _hour.Start();
    }

    /// <summary>A node was seen, by an event or an inventory.</summary>
    /// <returns>Whether the record changed.</returns>
    public bool End()
    {
        _hour.Start();
        var cluster = _cluster();
        var changed = cluster.Retired || cluster.QuietHours > 0;
        (cluster.Retired, cluster.QuietHours) = (false, 0);
        return changed;
    }

    /// <summary>Counts an hour if one has passed.</summary>
    /// <returns>Whether the record changed.</returns>
    public bool Pass()
    {
        var cluster = _cluster();
        if (_retention is not { } retention || cluster.Retired || !_hour.IsDue)
        {
            return false;
        }

        _hour.Start();
        cluster.QuietHours++;
        if (cluster.QuietHours >= retention.TotalHours)
        {
            (cluster.Retired, cluster.Indexed) = (true, false);
        }

        return true;
    }
}
