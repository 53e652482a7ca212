using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using Prometheus;

namespace OrleansSie.Silo.Totals;

/// <summary>The cluster-wide series that the original exports, from the cluster grains. Nothing is exported before the first snapshot.</summary>
internal sealed class ClusterSeries
{
    private readonly Counter _interruptions;
    private readonly Dictionary<string, long> _shown = [];

    public ClusterSeries(MetricsRegistry metrics, SieOptions options)
    {
        _interruptions = metrics.ClusterWideFactory.CreateCounter(
            MetricNames.InterruptionEvents,
            "The total number of interruption events for a given cluster",
            [options.Prometheus.ClusterLabel],
            new CounterConfiguration { SuppressInitialValue = true });
    }

    /// <summary>
    /// Shows a complete snapshot, and no cluster that is not in it. All clusters of one name are one series, so it does not depend on their
    /// order of arrival.
    /// </summary>
    public void Show(IEnumerable<ClusterSnapshot> clusters)
    {
        var sums = clusters
            .GroupBy(c => ClusterKey.Parse(c.Key).Name, PreemptionsOf, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(), StringComparer.Ordinal);
        foreach (var gone in _shown.Keys.Except(sums.Keys).ToList())
        {
            _interruptions.RemoveLabelled(gone);
            _shown.Remove(gone);
        }

        foreach (var (name, total) in sums)
        {
            var shown = _shown.GetValueOrDefault(name, -1);
            if (total < shown)
            {
                // Only after the store lost commits. Prometheus reads a counter that falls as a restart, which is right here.
                _interruptions.RemoveLabelled(name);
                shown = -1;
            }

            if (total != shown)
            {
                _interruptions.WithLabels(name).IncTo(total);
                _shown[name] = total;
            }
        }
    }

    private static long PreemptionsOf(ClusterSnapshot cluster) =>
        cluster.Totals.Where(t => t.Labels.Reason == InterruptionReason.preempted).Sum(t => t.Count);
}

/// <summary>The cluster-wide series of interruptions that no cluster has counted. Nothing is exported before the first complete copy.</summary>
internal sealed class UnattributedSeries
{
    private static readonly GaugeConfiguration _untilKnown = new() { SuppressInitialValue = true };

    private readonly TimeProvider _time;
    private readonly Gauge _parked;
    private readonly Gauge _oldest;
    private readonly Gauge _open;
    private readonly Counter _unattributed;
    private readonly Counter _reattributed;
    private readonly Dictionary<UnattributedStage, long> _shown = [];
    private readonly Lock _lock = new();
    private long _shownReattributed;
    private volatile IReadOnlyList<UnattributedSnapshot>? _shards;

    public UnattributedSeries(MetricsRegistry metrics, TimeProvider time)
    {
        _time = time;
        _parked = metrics.ClusterWideFactory.CreateGauge(MetricNames.Parked, "Interruptions that wait until their cluster is known.", _untilKnown);
        _oldest = metrics.ClusterWideFactory.CreateGauge(
            MetricNames.OldestParked, "Seconds since the oldest of them arrived; 0 if none waits.", _untilKnown);
        _open = metrics.ClusterWideFactory.CreateGauge(
            MetricNames.UnattributedOpen, "Interruptions that belong to no cluster that is known, by cause.", [MetricNames.CauseLabel]);
        _unattributed = metrics.ClusterWideFactory.CreateCounter(
            MetricNames.Unattributed, "Interruptions that were given up, each once under its first cause.", [MetricNames.CauseLabel]);
        _reattributed = metrics.ClusterWideFactory.CreateCounter(
            MetricNames.Reattributed,
            "Interruptions that were given up and then counted for a cluster after all.",
            new CounterConfiguration { SuppressInitialValue = true });
    }

    /// <summary>Takes the figures of all shards.</summary>
    public void Take(IReadOnlyList<UnattributedSnapshot> shards) => _shards = shards;

    /// <summary>Shows what was taken, at this moment.</summary>
    public void Update()
    {
        if (_shards is not { } shards)
        {
            return;
        }

        // Two scrapes may come at once.
        lock (_lock)
        {
            Show(shards);
        }
    }

    private void Show(IReadOnlyList<UnattributedSnapshot> shards)
    {
        _parked.Set(shards.Sum(s => s.Parked));
        _oldest.Set(shards.Min(s => s.OldestParkedAt) is { } oldest ? Math.Max(0, (_time.GetUtcNow() - oldest).TotalSeconds) : 0);
        Show(UnattributedStage.unknown_instance, shards, s => s.UnknownInstance);
        Show(UnattributedStage.not_gke, shards, s => s.NotGke);
        var reattributed = shards.Sum(s => s.Reattributed);
        if (reattributed < _shownReattributed)
        {
            _reattributed.RemoveLabelled();
        }

        // By its labels, though it has none: the counter itself would keep using the child that was removed.
        _reattributed.WithLabels().IncTo(reattributed);
        _shownReattributed = reattributed;
    }

    private void Show(UnattributedStage cause, IReadOnlyList<UnattributedSnapshot> shards, Func<UnattributedSnapshot, UnattributedCount> count)
    {
        var label = cause.ToString();
        _open.WithLabels(label).Set(shards.Sum(s => count(s).Open));
        var total = shards.Sum(s => count(s).Total);
        if (total < _shown.GetValueOrDefault(cause))
        {
            // Only after the store lost commits, as above.
            _unattributed.RemoveLabelled(label);
        }

        _unattributed.WithLabels(label).IncTo(total);
        _shown[cause] = total;
    }
}
