using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Totals;

/// <summary>
/// What the series of some GKE clusters say of storms. The shares change with the time, so they are computed when they are written. A GKE
/// cluster none of whose zones is listed has no such series, but those of a storm that is on.
/// </summary>
/// <param name="listingMinutes">The nodes of a zone whose last listing is older are not known.</param>
internal sealed class StormSums(int listingMinutes)
{
    private static readonly (string Label, int Minutes)[] _windows = [("5m", LossShare.BeginMinutes), ("15m", LossShare.EndMinutes)];

    /// <summary>GKE clusters as a whole.</summary>
    public Level Clusters { get; } = new(MetricNames.ClusterLostNodes, MetricNames.ClusterStorm, MetricNames.ClusterStormStart);

    /// <summary>Node pools.</summary>
    public Level Pools { get; } = new(MetricNames.LostNodes, MetricNames.Storm, MetricNames.StormStart);

    /// <summary>Takes a GKE cluster.</summary>
    /// <param name="shown">The cluster.</param>
    /// <param name="cluster">The text of its labels.</param>
    /// <param name="labelsOf">The text of a node pool's own labels; null is all without a place.</param>
    /// <param name="hasPlace">Whether a node pool has series of its own.</param>
    public void Add(ShownCluster shown, string cluster, Func<string?, string> labelsOf, Func<string, bool> hasPlace)
    {
        Clusters.Add(cluster, new Lost(shown, listingMinutes, null, shown.Snapshot.Totals, shown.Nodes));
        var totals = shown.Snapshot.Totals.ToLookup(t => t.Labels.Pool.NodePool, StringComparer.Ordinal);
        var nodes = shown.Nodes.ToLookup(n => n.Labels.Pool.NodePool, StringComparer.Ordinal);
        foreach (var pool in totals.Concat<IGrouping<string, object>>(nodes).Select(group => group.Key).Distinct())
        {
            Pools.Add(LabelText.Join(cluster, labelsOf(hasPlace(pool) ? pool : null)), new Lost(shown, listingMinutes, pool, totals[pool], nodes[pool]));
        }
    }

    /// <summary>The nodes of one node pool, or of a whole GKE cluster.</summary>
    internal sealed class Lost
    {
        private readonly List<PoolTotal> _totals;
        private readonly List<NodeTotal> _nodes;
        private readonly ShownCluster _shown;
        private readonly int _listingMinutes;

        public Lost(ShownCluster shown, int listingMinutes, string? pool, IEnumerable<PoolTotal> totals, IEnumerable<NodeTotal> nodes)
        {
            _totals = [.. totals.Where(t => t.Recent.Counts.Count > 0)];
            _nodes = [.. nodes];
            _shown = shown;
            _listingMinutes = listingMinutes;
            Storm = shown.Snapshot.Storms.FirstOrDefault(storm => storm.NodePool == pool);
        }

        public Storm? Storm { get; }

        public bool IsListed => _shown.IsListed;

        public LossShare Share(long minute, int minutes) => LossShare.Of(_totals, _nodes, _shown.Listed, _listingMinutes, minute, minutes);
    }

    /// <summary>All node pools, or all GKE clusters, by their labels. Those with the same labels are added up.</summary>
    internal sealed class Level(string share, string storm, string start)
    {
        private readonly Dictionary<string, List<Lost>> _lost = [];

        public void Add(string labels, Lost lost)
        {
            if (!_lost.TryGetValue(labels, out var all))
            {
                _lost.Add(labels, all = []);
            }

            all.Add(lost);
        }

        public void WriteShares(ExpositionWriter writer, long minute)
        {
            foreach (var (labels, all) in _lost.Where(l => l.Value.Exists(lost => lost.IsListed)))
            {
                foreach (var (window, minutes) in _windows)
                {
                    var lost = all.Aggregate(default(LossShare), (sum, one) => sum + one.Share(minute, minutes));
                    writer.Sample(share, LabelText.Join(labels, LabelText.Of(MetricNames.WindowLabel, window)), lost.Ratio);
                }
            }
        }

        public void WriteStorms(ExpositionWriter writer)
        {
            foreach (var (labels, all) in _lost.Where(l => l.Value.Exists(lost => lost.IsListed || lost.Storm is not null)))
            {
                writer.Sample(storm, labels, all.Exists(lost => lost.Storm is not null) ? 1 : 0);
            }
        }

        public void WriteStarts(ExpositionWriter writer)
        {
            foreach (var (labels, all) in _lost.Where(l => l.Value.Exists(lost => lost.Storm is not null)))
            {
                writer.Sample(start, labels, all.Min(lost => lost.Storm?.Since)!.Value.ToUnixTimeSeconds());
            }
        }
    }
}
