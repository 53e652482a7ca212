using System.Diagnostics.Metrics;
using OrleansSie.Grains;
using Prometheus;

namespace OrleansSie.Silo.Metrics;

/// <summary>Carries what the grains of this process measure into the registry.</summary>
internal sealed class GrainMeterBridge : IHostedService, IDisposable
{
    private static readonly double[] _delayBuckets =
        [0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300, 900, 3_600, 21_600, 86_400];

    private readonly MeterListener _listener = new();
    private readonly Prometheus.Histogram _delay;
    private readonly Prometheus.Counter _rollbacks;
    private readonly Prometheus.Gauge _tracked;

    public GrainMeterBridge(MetricsRegistry metrics, GrainMetrics grains)
    {
        _delay = metrics.Factory.CreateHistogram(
            MetricNames.InterruptionDelay,
            "From an interruption, by its own timestamp, to its durable count on this silo.",
            [MetricNames.ReasonLabel],
            new HistogramConfiguration { Buckets = _delayBuckets });
        _rollbacks = metrics.Factory.CreateCounter(
            MetricNames.StoreRollbacks,
            "Times the store was found to have lost what it had acknowledged: an older record of a cluster, or a store that is not the one it was.");
        _tracked = metrics.Factory.CreateGauge(MetricNames.TrackedInstances, "Instances whose grains this silo has in memory.");
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (grains.Owns(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(Record);
        _listener.SetMeasurementEventCallback<long>(Count);
        metrics.Registry.AddBeforeCollectCallback(_listener.RecordObservableInstruments);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (instrument.Name == GrainMetrics.Delay)
        {
            _delay.WithLabels(tags[0].Value?.ToString() ?? "").Observe(value);
        }
    }

    private void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (instrument.Name == GrainMetrics.Rollbacks)
        {
            _rollbacks.Inc(value);
        }
        else if (instrument.Name == GrainMetrics.Tracked)
        {
            _tracked.Set(value);
        }
    }
}
