using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Totals;

/// <summary>
/// Which rows of a cluster have series of their own: first come, as far as the limit goes. The order of the rows is durable and each one's
/// need never changes, so a row neither gains nor loses its place while the limit stands, and every silo agrees.
/// </summary>
internal sealed class PoolPlaces
{
    // They never change, or every version would give the places to others: they have room for families that are still to come. A counter has a
    // value and its begin, which OpenMetrics has; a histogram has 22 series, a node pool's storms 4, a pool's first counts and nodes 9.
    private const int OfCounter = 2;
    private const int OfHistogram = 32;
    private const int OfStorm = 8;
    private const int OfPool = 16;

    private readonly int _limit;

    public PoolPlaces(int limit) => _limit = limit;

    /// <summary>The reasons that each pool has series of from its first node on. Others begin with their first interruption.</summary>
    public static IReadOnlyList<string> FirstReasons { get; } =
        [InterruptionReason.Preempted, InterruptionReason.HostError, InterruptionReason.Maintenance];

    /// <summary>The places of a cluster's rows. Nothing finds a place after something did not.</summary>
    public Places Of(IReadOnlyList<PoolTotal> rows)
    {
        var storms = new Dictionary<string, bool>(StringComparer.Ordinal);
        var (counts, ages) = (new bool[rows.Count], new bool[rows.Count]);
        var pools = new Dictionary<CapacityPool, bool>();
        var isFull = false;
        var histograms = new Dictionary<(string, string, string), bool>();
        var free = _limit;
        for (var i = 0; i < rows.Count; i++)
        {
            var (pool, reason) = (rows[i].Labels.Pool, rows[i].Labels.ReasonLabel);

            // Without a zone it is what the cluster itself keeps together.
            isFull |= pool.Zone.Length == 0;
            var hasPool = pool.Zone.Length > 0 && PlaceOf(pools, pool, OfPool, ref free);
            counts[i] = hasPool && (FirstReasons.Contains(reason) || Take(OfCounter, ref free));
            _ = hasPool && PlaceOf(storms, pool.NodePool, OfStorm, ref free);
            ages[i] = hasPool && PlaceOf(histograms, (pool.NodePool, pool.MachineType, reason), OfHistogram, ref free);
        }

        return new Places(counts, ages, storms, pools, isFull);
    }

    private static bool PlaceOf<T>(Dictionary<T, bool> placed, T key, int series, ref int free)
        where T : notnull
    {
        if (!placed.TryGetValue(key, out var isPlaced))
        {
            placed.Add(key, isPlaced = Take(series, ref free));
        }

        return isPlaced;
    }

    private static bool Take(int series, ref int free)
    {
        free = series <= free ? free - series : -1;
        return free >= 0;
    }

    /// <summary>What has series of its own.</summary>
    /// <param name="Counts">Each row's count.</param>
    /// <param name="Ages">Each row's histogram.</param>
    /// <param name="Storms">The storms of each node pool.</param>
    /// <param name="Pools">The nodes of each pool.</param>
    /// <param name="IsFull">Whether the cluster takes no further pools.</param>
    public sealed record Places(
        bool[] Counts, bool[] Ages, IReadOnlyDictionary<string, bool> Storms, IReadOnlyDictionary<CapacityPool, bool> Pools, bool IsFull)
    {
        /// <summary>
        /// Whether nodes have series of their own; null while their pool is not registered yet. Nodes that a project keeps together have no
        /// machine type.
        /// </summary>
        public bool? HasNodes(CapacityPool pool) =>
            Pools.TryGetValue(pool, out var isPlaced) ? isPlaced : IsFull || pool.MachineType.Length == 0 ? false : null;
    }
}

/// <summary>The labels of interruptions, without those that are left out.</summary>
internal sealed class SeriesLabels
{
    private readonly bool[] _isShown;
    private readonly string _clusterLabel;

    public SeriesLabels(IReadOnlyList<string> dropped, string clusterLabel)
    {
        _isShown = [.. MetricsOptions.Labels.Select(label => !dropped.Contains(label))];
        _clusterLabel = clusterLabel;
        OtherClusters = OfCluster(new ClusterKey(InterruptionSeries.Other, InterruptionSeries.Other, InterruptionSeries.Other));
    }

    /// <summary>The labels that clusters without a place share.</summary>
    public string OtherClusters { get; }

    /// <summary>Those of a cluster.</summary>
    public string OfCluster(ClusterKey key) => LabelText.Join(
        Of(0, MetricNames.ProjectIdLabel, key.Project), Of(1, MetricNames.LocationLabel, key.Location), Of(2, _clusterLabel, key.Name));

    /// <summary>Those of a pool and a reason; null is all pools without a place.</summary>
    public string OfPool(CapacityPool? pool, string reason) => LabelText.Join(OfPool(pool), OfReason(reason));

    /// <summary>Those of a pool; null is all pools without a place.</summary>
    public string OfPool(CapacityPool? pool) => LabelText.Join(
        Of(3, MetricNames.NodePoolLabel, pool?.NodePool),
        Of(4, MetricNames.ZoneLabel, pool?.Zone),
        Of(5, MetricNames.MachineTypeLabel, pool?.MachineType),
        Of(6, MetricNames.ProvisioningModelLabel, pool?.ProvisioningModel));

    /// <summary>That of a node pool; null is all without a place.</summary>
    public string OfNodePool(string? nodePool) => Of(3, MetricNames.NodePoolLabel, nodePool);

    /// <summary>Those of a histogram of lifetimes.</summary>
    public string OfLifetime(CapacityPool? pool, string reason) => LabelText.Join(
        Of(3, MetricNames.NodePoolLabel, pool?.NodePool), Of(5, MetricNames.MachineTypeLabel, pool?.MachineType), OfReason(reason));

    /// <summary>That of a reason.</summary>
    public string OfReason(string reason) => Of(7, MetricNames.ReasonLabel, reason);

    private string Of(int label, string name, string? value) => _isShown[label] ? LabelText.Of(name, value ?? InterruptionSeries.Other) : "";
}
