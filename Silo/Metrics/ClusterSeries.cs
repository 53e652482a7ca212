using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using Prometheus;

namespace OrleansSie.Silo.Metrics;

/// <summary>The cluster-wide series: what the original exports, from the cluster grains. Nothing is exported before the first snapshot.</summary>
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
    /// Shows a complete snapshot, and nothing of clusters that are not in it. All clusters of one name are one series: it is the same in
    /// every order of arrival.
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
                // Only after the store itself went back; a counter that falls is read as a restart, which is the truth.
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
