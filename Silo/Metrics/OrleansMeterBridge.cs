using System.Diagnostics.Metrics;
using Prometheus;

namespace OrleansSie.Silo.Metrics;

/// <summary>
/// Carries some of Orleans' own instruments into the registry. Each is read at a scrape or counts what goes wrong, so a message that goes
/// well pays nothing. prometheus-net's own adapter is not used: it makes gauges of counters, takes over every label, such as the addresses
/// of silos that are long gone, and its series begin with the first event.
/// </summary>
internal sealed class OrleansMeterBridge : IHostedService, IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Microsoft.Orleans";

    /// <summary>Orleans' gauge of grains in memory, with the tag <c>grain_type</c>.</summary>
    public const string Activations = "orleans-catalog-activations";

    private readonly MeterListener _listener = new();

    public OrleansMeterBridge(MetricsRegistry metrics, IMeterFactory meters)
    {
        // The state of an instrument is its series.
        var series = Counters.ToDictionary(
            counter => counter.Instrument, counter => (object)metrics.Factory.CreateCounter(counter.Name, counter.Help), StringComparer.Ordinal);
        series.Add(Activations, metrics.Factory.CreateGauge(MetricNames.OrleansActivations, "Grains in this silo's memory.", MetricNames.GrainTypeLabel));
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Several silos can live in one process, each with its own factory.
            if (instrument.Meter.Name == MeterName
                && ReferenceEquals(instrument.Meter.Scope, meters)
                && series.TryGetValue(instrument.Name, out var mine))
            {
                listener.EnableMeasurementEvents(instrument, mine);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, value, tags, mine) => Record(value, tags, mine));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, mine) => Record(value, tags, mine));
        metrics.Registry.AddBeforeCollectCallback(_listener.RecordObservableInstruments);
    }

    /// <summary>The counters that are served, by Orleans' names. Their tags are left out, so that each exists with 0 from the start.</summary>
    public static IReadOnlyList<(string Instrument, string Name, string Help)> Counters { get; } =
    [
        ("orleans-app-requests-timedout", MetricNames.OrleansTimedOut, "Calls of grains that were not answered in time."),
        ("orleans-messaging-expired", MetricNames.OrleansExpired, "Messages between grains that were dropped because their time was over."),
        ("orleans-messaging-rejected", MetricNames.OrleansRejected, "Messages between grains that were refused."),
        ("orleans-messaging-rerouted", MetricNames.OrleansRerouted, "Messages between grains that were sent on to another silo."),
        ("orleans-messaging-sent-dropped", MetricNames.OrleansDropped, "Messages to other silos that were dropped."),
        ("orleans-messaging-sent-failed", MetricNames.OrleansFailed, "Messages to other silos that could not be sent."),
        ("orleans-messaging-pings-reply-missed", MetricNames.OrleansProbesMissed, "Probes of other silos that were not answered."),
        ("orleans-catalog-activation-failed-to-activate", MetricNames.OrleansFailedActivations, "Grains that could not be brought into memory."),
        ("orleans-scheduler-long-running-turns", MetricNames.OrleansLongTurns, "Turns of grains that held a thread for too long."),
        ("orleans-watchdog-health-checks-failed", MetricNames.OrleansHealthChecks, "Checks of this silo by itself that failed, such as a pause of the process."),
    ];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    private static void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? series)
    {
        if (series is Counter counter)
        {
            counter.Inc(value);
        }
        else if (series is Gauge gauge)
        {
            gauge.WithLabels(tags[0].Value?.ToString() ?? "").Set(value);
        }
    }
}
