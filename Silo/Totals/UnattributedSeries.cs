using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Totals;

/// <summary>The cluster-wide series of interruptions that no cluster has counted. There are none before the first complete copy.</summary>
internal sealed class UnattributedSeries
{
    private volatile IReadOnlyList<UnattributedSnapshot>? _shards;

    /// <summary>Takes the figures of all shards.</summary>
    public void Take(IReadOnlyList<UnattributedSnapshot> shards) => _shards = shards;

    /// <summary>Writes what was taken last.</summary>
    public void Write(ExpositionWriter writer)
    {
        if (_shards is not { } shards)
        {
            return;
        }

        writer.Family(MetricNames.UnattributedWaiting, "gauge", "Interruptions that wait until their cluster is known.");
        writer.Sample(MetricNames.UnattributedWaiting, "", shards.Sum(s => s.Waiting));
        writer.Family(MetricNames.OldestUnattributed, "gauge", "Unix time at which the oldest of them arrived; absent if none waits.");
        if (shards.Min(s => s.OldestArrival) is { } oldest)
        {
            writer.Sample(MetricNames.OldestUnattributed, "", oldest.ToUnixTimeMilliseconds() / 1e3);
        }

        writer.Family(MetricNames.UnattributedMissing, "gauge", "Interruptions that were given up and that no cluster has counted since, by cause.");
        foreach (var (labels, count) in ByCause(shards))
        {
            writer.Sample(MetricNames.UnattributedMissing, labels, count.Open);
        }

        writer.Family(MetricNames.UnattributedGivenUp, "counter", "Interruptions that were given up, each once under its first cause.");
        foreach (var (labels, count) in ByCause(shards))
        {
            writer.Counter(MetricNames.UnattributedGivenUp, labels, count.Total);
        }

        writer.Family(MetricNames.UnattributedCountedLater, "counter", "Interruptions that were given up and then counted for a cluster after all.");
        writer.Counter(MetricNames.UnattributedCountedLater, "", shards.Sum(s => s.Reattributed));
    }

    private static IEnumerable<(string Labels, UnattributedCount Count)> ByCause(IReadOnlyList<UnattributedSnapshot> shards)
    {
        yield return Of(UnattributedStage.unknown_instance, s => s.UnknownInstance);
        yield return Of(UnattributedStage.not_gke, s => s.NotGke);

        (string Labels, UnattributedCount Count) Of(UnattributedStage cause, Func<UnattributedSnapshot, UnattributedCount> count) => (
            LabelText.Of(MetricNames.CauseLabel, cause.ToString()),
            new UnattributedCount(shards.Sum(s => count(s).Open), shards.Sum(s => count(s).Total)));
    }
}
