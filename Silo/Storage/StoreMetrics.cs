using OrleansSie.Silo.Metrics;
using Prometheus;

namespace OrleansSie.Silo.Storage;

/// <summary>The store's failures as this silo saw them.</summary>
internal sealed class StoreMetrics
{
    private readonly Counter.Child[] _errors;

    public StoreMetrics(MetricsRegistry metrics)
    {
        var errors = metrics.Factory.CreateCounter(
            MetricNames.StoreErrors, "Reads, writes and removals of records that the store failed.", MetricNames.OperationLabel);
        _errors = [.. Enum.GetValues<StoreOperation>().Select(o => errors.WithLabels(o.ToString()))];
    }

    public void Failed(StoreOperation operation) => _errors[(int)operation].Inc();
}
