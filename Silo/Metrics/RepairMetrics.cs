using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Inventory;
using Prometheus;

namespace OrleansSie.Silo.Metrics;

/// <summary>What gap repair does on this silo. A project's repairer runs on one silo of all.</summary>
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
