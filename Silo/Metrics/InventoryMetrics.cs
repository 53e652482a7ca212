using OrleansSie.Silo.Inventory;
using Prometheus;

namespace OrleansSie.Silo.Metrics;

/// <summary>How the listings of this silo's workers went. A project's series are on the silo that has its worker.</summary>
internal sealed class InventoryMetrics
{
    private readonly Gauge _enabled;
    private readonly Gauge _lastSuccess;
    private readonly Gauge _duration;
    private readonly Gauge _instances;
    private readonly Gauge _unreachable;
    private readonly Counter _errors;

    public InventoryMetrics(MetricsRegistry metrics)
    {
        var factory = metrics.Factory;
        _enabled = factory.CreateGauge(MetricNames.InventoryEnabled, "1 if instances are listed by the Compute API.");
        _lastSuccess = factory.CreateGauge(
            MetricNames.InventoryLastSuccess, "Unix time at which a listing of the project was last read to its end.", MetricNames.ProjectLabel);
        _duration = factory.CreateGauge(
            MetricNames.InventoryDuration, "Seconds that the last such listing took.", MetricNames.ProjectLabel);
        _instances = factory.CreateGauge(
            MetricNames.InventoryInstances, "Instances that the last such listing held.", MetricNames.ProjectLabel);
        _unreachable = factory.CreateGauge(
            MetricNames.InventoryUnreachable, "Zones that the last such listing could not reach.", MetricNames.ProjectLabel);
        _errors = factory.CreateCounter(
            MetricNames.InventoryErrors, "What went wrong in listings, by reason.", MetricNames.ProjectLabel, MetricNames.ReasonLabel);
    }

    public void Enabled(bool isEnabled) => _enabled.Set(isEnabled ? 1 : 0);

    public void Listed(string project, DateTimeOffset at, TimeSpan took, int instances, int unreachableZones)
    {
        _lastSuccess.WithLabels(project).Set(at.ToUnixTimeMilliseconds() / 1e3);
        _duration.WithLabels(project).Set(took.TotalSeconds);
        _instances.WithLabels(project).Set(instances);
        _unreachable.WithLabels(project).Set(unreachableZones);
    }

    public void Failed(string project, ComputeError reason, int count = 1) => _errors.WithLabels(project, reason.ToString()).Inc(count);

    /// <summary>The project's worker is no longer here: only counters stay.</summary>
    public void Forget(string project)
    {
        foreach (var gauge in new[] { _lastSuccess, _duration, _instances, _unreachable })
        {
            gauge.RemoveLabelled(project);
        }
    }
}
