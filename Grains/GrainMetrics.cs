using System.Diagnostics.Metrics;

namespace OrleansSie.Grains;

/// <summary>What the grains of one process measure. The host decides how it is exported.</summary>
public sealed class GrainMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "OrleansSie.Grains";

    /// <summary>Histogram, seconds, tag <c>reason</c>: from an interruption to its durable count.</summary>
    public const string Delay = "interruption.delay";

    /// <summary>Counter: records found older than one seen before.</summary>
    public const string Rollbacks = "store.rollbacks";

    /// <summary>Gauge: instances whose grains are in memory.</summary>
    public const string Tracked = "instances.tracked";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _delay;
    private readonly Counter<long> _rollbacks;
    private long _tracked;

    /// <summary>Creates the instruments.</summary>
    public GrainMetrics()
    {
        _delay = _meter.CreateHistogram<double>(Delay, "s", "From an interruption to its durable count");
        _rollbacks = _meter.CreateCounter<long>(Rollbacks, null, "Records found older than one seen before");
        _meter.CreateObservableGauge(Tracked, () => Interlocked.Read(ref _tracked), null, "Instances whose grains are in memory");
    }

    /// <summary>The grain of an instance came into memory.</summary>
    public void Entered() => Interlocked.Increment(ref _tracked);

    /// <summary>The grain of an instance left memory.</summary>
    public void Left() => Interlocked.Decrement(ref _tracked);

    /// <summary>An interruption that happened so long ago is now counted durably.</summary>
    public void Counted(string reason, TimeSpan delay) =>
        _delay.Record(Math.Max(0, delay.TotalSeconds), new KeyValuePair<string, object?>("reason", reason));

    /// <summary>The store has lost commits of a cluster that were acknowledged.</summary>
    public void RolledBack() => _rollbacks.Add(1);

    /// <summary>Whether a meter is this one: several silos can live in one process, each with its own.</summary>
    public bool Owns(Meter meter) => ReferenceEquals(meter, _meter);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
