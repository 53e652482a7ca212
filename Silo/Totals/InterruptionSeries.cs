using System.Globalization;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Totals;

/// <summary>
/// The series of interruptions by capacity pool. They are the same on every silo: which pools have series of their own follows from durable
/// places alone. What a cluster's series say is rendered when its counts change.
/// </summary>
internal sealed class InterruptionSeries
{
    /// <summary>The value of each label of what has no place of its own.</summary>
    public const string Other = "__other__";

    private readonly PoolPlaces _places;
    private readonly SeriesLabels _labels;
    private readonly int _listingMinutes;
    private Dictionary<string, Part> _parts = [];

    public InterruptionSeries(SieOptions options, SeriesLabels labels)
    {
        _places = new PoolPlaces(options.Metrics.MaxSeriesPerCluster);
        _labels = labels;
        _listingMinutes = options.Inventory.ListingMinutes;
    }

    /// <summary>The series of all clusters. One caller at a time.</summary>
    /// <param name="clusters">In the order of their places.</param>
    public IReadOnlyCollection<Part> Of(IEnumerable<ShownCluster> clusters)
    {
        var parts = new Dictionary<string, Part>(StringComparer.Ordinal);
        foreach (var group in clusters.GroupBy(c => c.Labels, StringComparer.Ordinal))
        {
            var members = group.ToList();
            parts.Add(group.Key, _parts.TryGetValue(group.Key, out var part) && part.IsOf(members) ? part : new Part(members, group.Key, this));
        }

        _parts = parts;
        return parts.Values;
    }

    /// <summary>The series of the clusters that share the labels of a cluster; usually one.</summary>
    internal sealed class Part
    {
        private readonly List<ShownCluster> _clusters;
        private readonly Lazy<Sums> _sums;
        private readonly Written?[] _written = new Written?[2 * Families.Length];

        public Part(List<ShownCluster> clusters, string labels, InterruptionSeries series)
        {
            _clusters = clusters;
            LastLoss = clusters.Max(c => c.LastLoss);
            _sums = new Lazy<Sums>(() => new Sums(clusters, labels, series));
        }

        /// <summary>How many sets of labels have no place of their own.</summary>
        public int WithoutPlace => _sums.Value.WithoutPlace;

        /// <summary>The Unix minute of the last loss; 0 without any.</summary>
        public long LastLoss { get; }

        public bool IsOf(List<ShownCluster> clusters) =>
            clusters.Count == _clusters.Count && clusters.Zip(_clusters).All(pair => ReferenceEquals(pair.First, pair.Second));

        /// <summary>The samples of one family.</summary>
        public byte[] Write(int family, ExpositionForm form, long minute) =>
            Written.Of(ref _written[(family * 2) + (int)form], Families[family].IsOfTheMinute ? LastLoss : 0, minute, () =>
            {
                var writer = new ExpositionWriter(form);
                Families[family].Write(_sums.Value, writer, minute);
                return writer.Written.ToArray();
            });
    }

    /// <summary>The families, in the order of the document.</summary>
    public static (string Name, string Type, string Help, Action<Sums, ExpositionWriter, long> Write, bool IsOfTheMinute)[] Families { get; } =
    [
        (MetricNames.Interruptions, "counter", "Interruptions of GKE nodes by capacity pool and reason.", (sums, writer, _) => sums.WriteCounts(writer), false),
        (MetricNames.NodeLifetime, "histogram", "Age of GKE nodes when they were interrupted, where their creation is known.", (sums, writer, _) => sums.WriteLifetimes(writer), false),
        (MetricNames.LastInterruption, "gauge", "Unix time of the last interruption.", (sums, writer, _) => sums.WriteLast(writer), false),
        (MetricNames.Nodes, "gauge", "Running GKE nodes by capacity pool, as they were last listed.", (sums, writer, _) => sums.WriteNodes(writer), false),
        (MetricNames.NodeSeconds, "counter", "How long GKE nodes have run, by capacity pool, as far as listings show.", (sums, writer, _) => sums.WriteNodeSeconds(writer), false),
        (MetricNames.LostNodes, "gauge", "Share of a node pool's nodes that was lost in the last minutes.", (sums, writer, minute) => sums.Storms.Pools.WriteShares(writer, minute), true),
        (MetricNames.ClusterLostNodes, "gauge", "Share of a GKE cluster's nodes that was lost in the last minutes.", (sums, writer, minute) => sums.Storms.Clusters.WriteShares(writer, minute), true),
        (MetricNames.Storm, "gauge", "1 while so many nodes of a node pool are lost that it is a storm.", (sums, writer, _) => sums.Storms.Pools.WriteStorms(writer), false),
        (MetricNames.ClusterStorm, "gauge", "1 while so many nodes of a GKE cluster are lost that it is a storm.", (sums, writer, _) => sums.Storms.Clusters.WriteStorms(writer), false),
        (MetricNames.StormStart, "gauge", "Unix time of the first minute of a node pool's storm; absent without one.", (sums, writer, _) => sums.Storms.Pools.WriteStarts(writer), false),
        (MetricNames.ClusterStormStart, "gauge", "Unix time of the first minute of a GKE cluster's storm; absent without one.", (sums, writer, _) => sums.Storms.Clusters.WriteStarts(writer), false),
    ];

    /// <summary>What the series of some clusters say.</summary>
    internal sealed class Sums
    {
        // By OpenMetrics; Prometheus drops a longer one.
        private const int MostOfExemplar = 128;

        private static readonly string[] _bounds =
            [.. Lifetimes.Bounds.Select(b => b.ToString(CultureInfo.InvariantCulture)), "+Inf"];

        private readonly Dictionary<string, Count> _counts = [];
        private readonly Dictionary<string, Ages> _ages = [];
        private readonly Dictionary<string, DateTimeOffset> _last = [];
        private readonly Dictionary<string, (long Running, long Milliseconds, DateTimeOffset Since)> _nodes = [];

        public Sums(IEnumerable<ShownCluster> clusters, string cluster, InterruptionSeries series)
        {
            var labels = series._labels;
            Storms = new StormSums(series._listingMinutes);
            foreach (var shown in clusters)
            {
                var totals = shown.Snapshot.Totals;
                var places = series._places.Of(totals);
                for (var row = 0; row < totals.Count; row++)
                {
                    var total = totals[row];
                    WithoutPlace += shown.IsPlaced && places.Counts[row] && places.Ages[row] ? 0 : 1;
                    Add(total, cluster, shown.IsPlaced && places.Counts[row] ? total.Labels.Pool : null, labels);
                    AddAges(LabelText.Join(cluster, labels.OfLifetime(shown.IsPlaced && places.Ages[row] ? total.Labels.Pool : null, total.Labels.ReasonLabel)), total);
                }

                foreach (var nodes in shown.Nodes)
                {
                    if (places.HasNodes(nodes.Labels.Pool) is { } hasPlace)
                    {
                        var isPlaced = shown.IsPlaced && hasPlace;
                        WithoutPlace += isPlaced ? 0 : 1;
                        Add(nodes, LabelText.Join(cluster, labels.OfPool(isPlaced ? nodes.Labels.Pool : null)));
                    }
                }

                Storms.Add(shown, cluster, labels.OfNodePool, pool => shown.IsPlaced && places.Storms.GetValueOrDefault(pool));
            }
        }

        /// <summary>How many sets of labels have no place of their own.</summary>
        public int WithoutPlace { get; }

        public StormSums Storms { get; }

        public void WriteCounts(ExpositionWriter writer)
        {
            foreach (var (labels, count) in _counts)
            {
                writer.Counter(MetricNames.Interruptions, labels, count.Value, count.Since, count.Last is { } last ? (ExemplarOf(last), last.At) : null);
            }
        }

        public void WriteLifetimes(ExpositionWriter writer)
        {
            foreach (var (labels, ages) in _ages)
            {
                var sum = 0L;
                for (var place = 0; place < _bounds.Length; place++)
                {
                    sum += ages.Counts[place];
                    writer.Sample(MetricNames.NodeLifetime + "_bucket", LabelText.Join(labels, LabelText.Of("le", _bounds[place])), sum);
                }

                writer.Sample(MetricNames.NodeLifetime + "_sum", labels, ages.Seconds);
                writer.Sample(MetricNames.NodeLifetime + "_count", labels, sum);
                writer.Created(MetricNames.NodeLifetime, labels, ages.Since);
            }
        }

        public void WriteLast(ExpositionWriter writer)
        {
            foreach (var (labels, at) in _last)
            {
                writer.Sample(MetricNames.LastInterruption, labels, at.ToUnixTimeMilliseconds() / 1e3);
            }
        }

        public void WriteNodes(ExpositionWriter writer)
        {
            foreach (var (labels, nodes) in _nodes)
            {
                writer.Sample(MetricNames.Nodes, labels, nodes.Running);
            }
        }

        public void WriteNodeSeconds(ExpositionWriter writer)
        {
            foreach (var (labels, nodes) in _nodes)
            {
                writer.Counter(MetricNames.NodeSeconds, labels, nodes.Milliseconds / 1_000, nodes.Since);
            }
        }

        private static string ExemplarOf(LastInterruption last)
        {
            var instance = LabelText.Of("instance", last.Instance);
            var both = last.Operation.Length > 0 ? LabelText.Join(instance, LabelText.Of("operation", last.Operation)) : instance;
            return "instance".Length + "operation".Length + last.Instance.Length + last.Operation.Length <= MostOfExemplar ? both : instance;
        }

        private void Add(PoolTotal total, string cluster, CapacityPool? pool, SeriesLabels labels)
        {
            foreach (var reason in PoolPlaces.FirstReasons)
            {
                Add(LabelText.Join(cluster, labels.OfPool(pool, reason)), 0, total.Since, null);
            }

            var own = total.Labels.ReasonLabel;
            Add(LabelText.Join(cluster, labels.OfPool(pool, own)), total.Count, total.Since, total.Last);
            if (total.Last is { } last)
            {
                var key = LabelText.Join(cluster, labels.OfReason(own));
                _last[key] = _last.TryGetValue(key, out var at) && at > last.At ? at : last.At;
            }
        }

        private void Add(string labels, long value, DateTimeOffset since, LastInterruption? last)
        {
            if (!_counts.TryGetValue(labels, out var count))
            {
                _counts.Add(labels, count = new Count { Since = since });
            }

            count.Value += value;
            count.Since = since < count.Since ? since : count.Since;
            count.Last = last is { Instance.Length: > 0 } && !(count.Last?.At > last.At) ? last : count.Last;
        }

        private void Add(NodeTotal total, string labels)
        {
            var (running, milliseconds, since) = _nodes.GetValueOrDefault(labels, (0, 0, total.Since));
            _nodes[labels] = (running + total.Running, milliseconds + total.Milliseconds, since < total.Since ? since : total.Since);
        }

        private void AddAges(string labels, PoolTotal total)
        {
            if (!_ages.TryGetValue(labels, out var ages))
            {
                _ages.Add(labels, ages = new Ages { Since = total.Since });
            }

            ages.Seconds += total.Lifetimes.Seconds;
            ages.Since = total.Since < ages.Since ? total.Since : ages.Since;
            ages.Counts[^1] += total.Lifetimes.Count;
            foreach (var (bound, count) in total.Lifetimes.Counts)
            {
                ages.Counts[Lifetimes.PlaceOf(bound)] += count;
                ages.Counts[^1] -= count;
            }
        }

        private sealed class Count
        {
            public long Value { get; set; }

            public DateTimeOffset Since { get; set; }

            public LastInterruption? Last { get; set; }
        }

        private sealed class Ages
        {
            public long[] Counts { get; } = new long[_bounds.Length];

            public long Seconds { get; set; }

            public DateTimeOffset Since { get; set; }
        }
    }
}
