using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Metrics;
using Prometheus;

namespace OrleansSie.Silo.Compute;

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

/// <summary>What gap repair does on this silo. A project's repairer runs on one silo.</summary>
internal sealed class RepairMetrics
{
    private readonly Gauge _enabled;
    private readonly Counter _runs;
    private readonly Counter _errors;
    private readonly Counter _events;
    private readonly Gauge _lastRun;
    private readonly Gauge _gap;

    public RepairMetrics(MetricsRegistry metrics)
    {
        var factory = metrics.Factory;
        _enabled = factory.CreateGauge(MetricNames.RepairEnabled, "1 if gaps are repaired from the Compute API's operations.");
        _runs = factory.CreateCounter(
            MetricNames.RepairRuns, "Attempts to repair a gap, by how they ended.", MetricNames.ProjectLabel, MetricNames.ResultLabel);
        _errors = factory.CreateCounter(
            MetricNames.RepairErrors, "What failed while gaps were repaired.", MetricNames.ProjectLabel, MetricNames.ReasonLabel);
        _events = factory.CreateCounter(
            MetricNames.RepairEvents,
            "Preemptions that gap repair found, by what became of them; those known before are duplicates.",
            MetricNames.ProjectLabel,
            MetricNames.OutcomeLabel);
        _lastRun = factory.CreateGauge(
            MetricNames.RepairLastRun, "Unix time at which the last attempt to repair a gap ended.", MetricNames.ProjectLabel);
        _gap = factory.CreateGauge(
            MetricNames.RepairGap, "Length of the span that is not repaired yet; 0 if there is none.", MetricNames.ProjectLabel);
    }

    public void IsEnabled(bool enabled) => _enabled.Set(enabled ? 1 : 0);

    public void Gap(string project, TimeSpan length) => _gap.WithLabels(project).Set(length.TotalSeconds);

    /// <summary>The project's repairer is no longer on this silo.</summary>
    public void Left(string project) => _gap.RemoveLabelled(project);

    public void Ran(string project, RepairResult result, DateTimeOffset at)
    {
        _runs.WithLabels(project, result.ToString()).Inc();
        _lastRun.WithLabels(project).Set(at.ToUnixTimeMilliseconds() / 1e3);
    }

    public void Failed(string project, ComputeError reason) => _errors.WithLabels(project, reason.ToString()).Inc();

    public void Found(string project, Outcome outcome) => _events.WithLabels(project, outcome.ToString()).Inc();
}

/// <summary>How an attempt to repair a gap ended. The names are the values of the label <c>result</c>.</summary>
internal enum RepairResult
{
    /// <summary>Everything that the Compute API knows about the gap was handed over.</summary>
    complete,

    /// <summary>What the Compute API returned was handed over, but it says that something is missing, such as a zone.</summary>
    partial,

    /// <summary>It ended with an error.</summary>
    failed,
}
