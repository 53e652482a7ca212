using Prometheus;

namespace OrleansSie.Silo.Metrics;

/// <summary>The registry of this silo and the factory of all its metrics. One a host, so that tests can run several silos in a process.</summary>
internal sealed class MetricsRegistry
{
    public MetricsRegistry()
    {
        Registry = Prometheus.Metrics.NewCustomRegistry();
        Factory = Prometheus.Metrics.WithCustomRegistry(Registry);
        DotNetStats.Register(Registry);
    }

    public CollectorRegistry Registry { get; }

    public MetricFactory Factory { get; }
}
