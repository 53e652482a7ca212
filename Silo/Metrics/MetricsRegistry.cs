using System.Diagnostics;
using System.Globalization;
using Prometheus;

namespace OrleansSie.Silo.Metrics;

/// <summary>This silo's own metrics. Each host has its own registry, so that tests can run several silos in a process.</summary>
internal sealed class MetricsRegistry
{
    public MetricsRegistry()
    {
        Registry = Prometheus.Metrics.NewCustomRegistry();
        Factory = Prometheus.Metrics.WithCustomRegistry(Registry);
        RuntimeSeries.Register(Registry, Factory);
    }

    /// <summary>The silo's own metrics.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>Makes metrics of the silo's own.</summary>
    public MetricFactory Factory { get; }

    /// <summary>Writes them.</summary>
    public Task WriteAsync(Stream to, ExpositionForm form, CancellationToken cancellationToken) => Registry.CollectAndExportAsTextAsync(
        to, form == ExpositionForm.text ? ExpositionFormat.PrometheusText : ExpositionFormat.OpenMetricsText, cancellationToken);
}

/// <summary>The standard series of a process, and its runtime's memory. They are read at a scrape, at most once a second: open files must be counted.</summary>
internal sealed class RuntimeSeries
{
    private const string OpenFiles = "/proc/self/fd";
    private static readonly TimeSpan _maxAge = TimeSpan.FromSeconds(1);

    private readonly Process _process = Process.GetCurrentProcess();
    private readonly Counter _cpu;
    private readonly Gauge _resident;
    private readonly Gauge _virtual;
    private readonly Gauge? _openFiles;
    private readonly Gauge _heap;
    private readonly Counter.Child[] _collections;
    private readonly Lock _lock = new();
    private long? _readAt;

    private RuntimeSeries(MetricFactory factory)
    {
        _cpu = factory.CreateCounter("process_cpu_seconds_total", "CPU time of this process, in seconds.");
        _resident = factory.CreateGauge("process_resident_memory_bytes", "Memory of this process that is in RAM.");
        _virtual = factory.CreateGauge("process_virtual_memory_bytes", "Address space of this process.");
        _openFiles = Directory.Exists(OpenFiles) ? factory.CreateGauge("process_open_fds", "Open file descriptors.") : null;
        _heap = factory.CreateGauge("dotnet_total_memory_bytes", "What the runtime's heap holds.");
        var collections = factory.CreateCounter("dotnet_collection_count_total", "Garbage collections.", "generation");
        _collections =
        [
            .. Enumerable.Range(0, GC.MaxGeneration + 1).Select(g => collections.WithLabels(g.ToString(CultureInfo.InvariantCulture))),
        ];
        factory.CreateGauge("process_start_time_seconds", "Unix time at which this process started.")
            .Set(new DateTimeOffset(_process.StartTime).ToUnixTimeMilliseconds() / 1e3);
    }

    /// <summary>Adds them to a registry.</summary>
    public static void Register(CollectorRegistry registry, MetricFactory factory) => registry.AddBeforeCollectCallback(new RuntimeSeries(factory).Update);

    private void Update()
    {
        lock (_lock)
        {
            if (_readAt is { } at && TimeProvider.System.GetElapsedTime(at) < _maxAge)
            {
                return;
            }

            _readAt = TimeProvider.System.GetTimestamp();
            _heap.Set(GC.GetTotalMemory(forceFullCollection: false));
            for (var generation = 0; generation < _collections.Length; generation++)
            {
                _collections[generation].IncTo(GC.CollectionCount(generation));
            }

            // Last, because a process without a free file descriptor cannot read these: then they keep their values.
            _process.Refresh();
            _cpu.IncTo(_process.TotalProcessorTime.TotalSeconds);
            _resident.Set(_process.WorkingSet64);
            _virtual.Set(_process.VirtualMemorySize64);
            _openFiles?.Set(Directory.EnumerateFileSystemEntries(OpenFiles).Count());
        }
    }
}
