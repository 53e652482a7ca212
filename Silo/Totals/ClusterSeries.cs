using System.Collections.ObjectModel;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Totals;

/// <summary>The document of the cluster-wide series, the same on every silo. There are none before the first complete copy.</summary>
internal sealed class ClusterSeries
{
    private readonly InterruptionSeries _interruptions;
    private readonly UnattributedSeries _unattributed;
    private readonly SeriesLabels _labels;
    private readonly string _clusterLabel;
    private readonly int _maxClusters;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private IReadOnlyCollection<ClusterSnapshot>? _snapshots;
    private ILookup<string, NodeTotal> _nodes = Array.Empty<NodeTotal>().ToLookup(_ => "");
    private Dictionary<string, IReadOnlyDictionary<string, DateTimeOffset>> _listed = [];
    private Dictionary<string, ShownCluster> _clusters = [];
    private volatile Shown? _shown;

    public ClusterSeries(SieOptions options, UnattributedSeries unattributed, TimeProvider time)
    {
        _time = time;
        _labels = new SeriesLabels(options.Metrics.DropLabels, options.Prometheus.ClusterLabel);
        _interruptions = new InterruptionSeries(options, _labels);
        _unattributed = unattributed;
        _clusterLabel = options.Prometheus.ClusterLabel;
        _maxClusters = options.Metrics.MaxClusters;
    }

    /// <summary>Shows a complete snapshot, and no cluster that is not in it.</summary>
    public void Show(IReadOnlyCollection<ClusterSnapshot> clusters)
    {
        lock (_lock)
        {
            _snapshots = [.. clusters];
            Show();
        }
    }

    /// <summary>Shows the nodes of all projects, as far as their clusters are shown.</summary>
    public void Show(IReadOnlyCollection<NodeSnapshot> projects)
    {
        lock (_lock)
        {
            _nodes = projects.SelectMany(project => project.Nodes).ToLookup(node => node.Labels.Cluster, StringComparer.Ordinal);
            _listed = projects.ToDictionary(project => project.Project, project => project.Listed, StringComparer.Ordinal);
            foreach (var (key, _) in _clusters.Where(c => HasChanged(c.Key, c.Value)).ToList())
            {
                _clusters.Remove(key);
            }

            Show();
        }
    }

    /// <summary>When its zones were listed matters to a GKE cluster with losses alone.</summary>
    private bool HasChanged(string key, ShownCluster cluster) =>
        !cluster.Nodes.SequenceEqual(_nodes[key]) || (cluster.Listed.Count == 0) != (ListedOf(key).Count == 0)
        || (cluster.LastLoss >= RecentLosses.MinuteOf(_time.GetUtcNow()) - RecentLosses.Minutes && !ReferenceEquals(cluster.Listed, ListedOf(key)));

    private IReadOnlyDictionary<string, DateTimeOffset> ListedOf(string cluster) =>
        _listed.GetValueOrDefault(ClusterKey.Parse(cluster).Project, ReadOnlyDictionary<string, DateTimeOffset>.Empty);

    private void Show()
    {
        if (_snapshots is not { } clusters)
        {
            return;
        }

        var known = new Dictionary<string, ShownCluster>(clusters.Count, StringComparer.Ordinal);
        foreach (var snapshot in clusters)
        {
            known.Add(snapshot.Key, _clusters.TryGetValue(snapshot.Key, out var cluster) && ReferenceEquals(cluster.Snapshot, snapshot) ? cluster : Of(snapshot));
        }

        _clusters = known;
        var byPlace = known.Values.OrderBy(c => c.Snapshot.Place).ThenBy(c => c.Snapshot.Key, StringComparer.Ordinal).ToList();
        _shown = new Shown(ByName(byPlace), _interruptions.Of(byPlace));
    }

    /// <summary>What is shown now, in parts that follow each other.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Write(ExpositionForm form)
    {
        if (_shown is { } shown)
        {
            var minute = RecentLosses.MinuteOf(_time.GetUtcNow());
            yield return Written.Of(ref shown.Written[(int)form], shown.LastLoss, minute, () => Write(shown, form, minute));
        }

        var writer = new ExpositionWriter(form);
        _unattributed.Write(writer);
        yield return writer.Written;
    }

    /// <summary>Writes it.</summary>
    public async Task WriteToAsync(Stream to, ExpositionForm form, CancellationToken cancellationToken)
    {
        foreach (var part in Write(form))
        {
            await to.WriteAsync(part, cancellationToken);
        }
    }

    private byte[] Write(Shown shown, ExpositionForm form, long minute)
    {
        var writer = new ExpositionWriter(form);
        writer.Family(MetricNames.InterruptionEvents, "counter", "The total number of interruption events for a given cluster");
        foreach (var (name, (preemptions, since)) in shown.ByName)
        {
            writer.Counter(MetricNames.InterruptionEvents, LabelText.Of(_clusterLabel, name), preemptions, since);
        }

        for (var family = 0; family < InterruptionSeries.Families.Length; family++)
        {
            var (name, type, help, _, _) = InterruptionSeries.Families[family];
            writer.Family(name, type, help);
            foreach (var part in shown.Parts)
            {
                writer.Append(part.Write(family, form, minute));
            }
        }

        writer.Family(MetricNames.WithoutPlace, "gauge", "Sets of labels without series of their own, which share __other__.");
        writer.Sample(MetricNames.WithoutPlace, "", shown.Parts.Sum(part => part.WithoutPlace));
        return writer.Written.ToArray();
    }

    private ShownCluster Of(ClusterSnapshot snapshot)
    {
        var isPlaced = snapshot.Place < _maxClusters;
        var key = ClusterKey.Parse(snapshot.Key);
        return new ShownCluster(
            snapshot,
            [.. _nodes[snapshot.Key]],
            ListedOf(snapshot.Key),
            isPlaced,
            isPlaced ? key.Name : InterruptionSeries.Other,
            isPlaced ? _labels.OfCluster(key) : _labels.OtherClusters,
            snapshot.Totals.Where(t => t.Labels.Reason == InterruptionReason.Preempted).Sum(t => t.Count),
            snapshot.Totals.Count == 0 ? null : snapshot.Totals.Min(t => t.Since));
    }

    /// <summary>The original's contract: preemptions by the cluster's name. All clusters of one name are one series.</summary>
    private static Dictionary<string, (long Preemptions, DateTimeOffset? Since)> ByName(List<ShownCluster> clusters)
    {
        var names = new Dictionary<string, (long Preemptions, DateTimeOffset? Since)>(StringComparer.Ordinal);
        foreach (var cluster in clusters)
        {
            var (preemptions, since) = names.GetValueOrDefault(cluster.Name);
            names[cluster.Name] = (preemptions + cluster.Preemptions, since < cluster.Since || cluster.Since is null ? since : cluster.Since);
        }

        return names;
    }

    private sealed record Shown(
        IReadOnlyDictionary<string, (long Preemptions, DateTimeOffset? Since)> ByName, IReadOnlyCollection<InterruptionSeries.Part> Parts)
    {
        public long LastLoss { get; } = Parts.Select(part => part.LastLoss).DefaultIfEmpty(0).Max();

        public Written?[] Written { get; } = new Written?[2];
    }
}

/// <summary>A cluster's counts with what is shown of it.</summary>
/// <param name="Snapshot">The counts.</param>
/// <param name="Nodes">Its nodes, if they are listed.</param>
/// <param name="Listed">When each zone of its project was last listed; empty where none is.</param>
/// <param name="IsPlaced">Whether it has series of its own.</param>
/// <param name="Name">The name under which its preemptions are added up.</param>
/// <param name="Labels">The text of its own labels.</param>
/// <param name="Preemptions">Their number.</param>
/// <param name="Since">When the first of its pools became known.</param>
internal sealed record ShownCluster(
    ClusterSnapshot Snapshot,
    IReadOnlyList<NodeTotal> Nodes,
    IReadOnlyDictionary<string, DateTimeOffset> Listed,
    bool IsPlaced,
    string Name,
    string Labels,
    long Preemptions,
    DateTimeOffset? Since)
{
    /// <summary>The Unix minute of the last loss; 0 without any.</summary>
    public long LastLoss { get; } = Snapshot.Totals.Select(total => total.Recent.Last).DefaultIfEmpty(0).Max();

    /// <summary>Whether one of its zones is listed.</summary>
    public bool IsListed { get; } = Nodes.Count > 0 || Snapshot.Totals.Any(total => Listed.ContainsKey(total.Labels.Pool.Zone));
}
