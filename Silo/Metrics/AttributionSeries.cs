using OrleansSie.Grains.Interfaces;
using Prometheus;

namespace OrleansSie.Silo.Metrics;

/// <summary>The cluster-wide series of interruptions that no cluster has counted. Nothing is exported before the first complete copy.</summary>
internal sealed class AttributionSeries
{
    private static readonly GaugeConfiguration _untilKnown = new() { SuppressInitialValue = true };

    private readonly TimeProvider _time;
    private readonly Gauge _parked;
    private readonly Gauge _oldest;
    private readonly Gauge _open;
    private readonly Counter _unattributed;
    private readonly Counter _reattributed;
    private readonly Dictionary<ParkedStage, long> _shown = [];
    private readonly Lock _lock = new();
    private long _shownReattributed;
    private volatile IReadOnlyList<ParkedSnapshot>? _shards;

    public AttributionSeries(MetricsRegistry metrics, TimeProvider time)
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
    public void Take(IReadOnlyList<ParkedSnapshot> shards) => _shards = shards;

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

    private void Show(IReadOnlyList<ParkedSnapshot> shards)
    {
        _parked.Set(shards.Sum(s => s.Parked));
        _oldest.Set(shards.Min(s => s.OldestParkedAt) is { } oldest ? Math.Max(0, (_time.GetUtcNow() - oldest).TotalSeconds) : 0);
        Show(ParkedStage.unknown_instance, shards, s => s.UnknownInstance);
        Show(ParkedStage.not_gke, shards, s => s.NotGke);
        var reattributed = shards.Sum(s => s.Reattributed);
        if (reattributed < _shownReattributed)
        {
            _reattributed.RemoveLabelled();
        }

        // By its labels, of which it has none: the counter itself would hold on to a child that was removed.
        _reattributed.WithLabels().IncTo(reattributed);
        _shownReattributed = reattributed;
    }

    private void Show(ParkedStage cause, IReadOnlyList<ParkedSnapshot> shards, Func<ParkedSnapshot, UnattributedCount> count)
    {
        var label = cause.ToString();
        _open.WithLabels(label).Set(shards.Sum(s => count(s).Open));
        var total = shards.Sum(s => count(s).Total);
        if (total < _shown.GetValueOrDefault(cause))
        {
            // Only after the store itself went back; a counter that falls is read as a restart, which is the truth.
            _unattributed.RemoveLabelled(label);
        }

        _unattributed.WithLabels(label).IncTo(total);
        _shown[cause] = total;
    }
}
