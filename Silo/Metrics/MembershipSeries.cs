using Orleans.Clustering.Kubernetes;
using Prometheus;

namespace OrleansSie.Silo.Metrics;

/// <summary>The membership table in Kubernetes as this silo sees it. Without that table there are no such series.</summary>
internal sealed class MembershipSeries
{
    private readonly KubernetesMembershipStatus? _status;
    private readonly Gauge? _available;
    private readonly Gauge? _bytes;
    private readonly Counter? _failures;

    public MembershipSeries(MetricsRegistry metrics, KubernetesMembershipStatus? status = null)
    {
        _status = status;
        if (status is not null)
        {
            _available = metrics.Factory.CreateGauge(MetricNames.MembershipAvailable, "1 while the membership table can be read and written.");
            _bytes = metrics.Factory.CreateGauge(MetricNames.MembershipBytes, "Bytes that the membership table holds.");
            _failures = metrics.Factory.CreateCounter(MetricNames.MembershipFailures, "Operations on the membership table that failed.");
        }
    }

    /// <summary>Reads the state into the series.</summary>
    public void Update()
    {
        if (_status is not null)
        {
            _available!.Set(_status.Failure is null ? 1 : 0);
            _bytes!.Set(_status.Bytes);
            _failures!.IncTo(_status.Failures);
        }
    }
}
