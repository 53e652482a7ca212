using Prometheus;

namespace OrleansSie.Silo.Metrics;

/// <summary>
/// The metrics of this silo: its own, and those that are the same on every silo, which are also served alone. One a host, so that tests can
/// run several silos in a process.
/// </summary>
internal sealed class MetricsRegistry
{
    private readonly CollectorRegistry _clusterWide = Prometheus.Metrics.NewCustomRegistry();

    public MetricsRegistry()
    {
        Registry = Prometheus.Metrics.NewCustomRegistry();
        Factory = Prometheus.Metrics.WithCustomRegistry(Registry);
        ClusterWideFactory = Prometheus.Metrics.WithCustomRegistry(_clusterWide);
        RuntimeSeries.Register(Registry, Factory);
    }

    /// <summary>The silo's own metrics.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>Makes metrics of the silo's own.</summary>
    public MetricFactory Factory { get; }

    /// <summary>Makes metrics that are the same on every silo.</summary>
    public MetricFactory ClusterWideFactory { get; }

    /// <summary>Writes all metrics, in Prometheus' text format.</summary>
    public async Task WriteAsync(Stream to, CancellationToken cancellationToken)
    {
        await WriteClusterWideAsync(to, cancellationToken);
        await Registry.CollectAndExportAsTextAsync(to, cancellationToken);
    }

    /// <summary>Writes the metrics that are the same on every silo, in Prometheus' text format.</summary>
    public Task WriteClusterWideAsync(Stream to, CancellationToken cancellationToken) => _clusterWide.CollectAndExportAsTextAsync(to, cancellationToken);
}
