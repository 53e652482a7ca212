#pragma warning disable CA1050 // The runtime looks for a startup hook by this very name, outside any namespace.
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.Loader;

/// <summary>
/// Runs inside the silo's process, by DOTNET_STARTUP_HOOKS: writes Orleans' own gauges and the garbage collector's figures to a
/// file every second, so that the product needs no metric for the soak's sake.
/// </summary>
internal static class StartupHook
{
    public const string FileVariable = "SIE_TEST_SOAK_METERS";

    private static readonly Dictionary<string, long> _values = [];
    private static MeterListener? _listener;
    private static Timer? _timer;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { } file)
        {
            return;
        }

        // Orleans looks through all assemblies that are loaded, this one too, and what it refers to is not the program's.
        AssemblyLoadContext.Default.Resolving += (context, name) => Path.Combine(AppContext.BaseDirectory, name.Name + ".dll") is var found && File.Exists(found)
            ? context.LoadFromAssemblyPath(found)
            : null;
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Microsoft.Orleans" && instrument.IsObservable)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument.Name, value));
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        _listener.Start();
        _timer = new Timer(_ => Write(file), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    private static void Add(string name, long value) => _values[name] = _values.GetValueOrDefault(name) + value;

    private static void Write(string file)
    {
        lock (_values)
        {
            _values.Clear();
            _listener!.RecordObservableInstruments();
            var collected = GC.GetGCMemoryInfo(GCKind.Any);
            _values["gc-heap"] = collected.HeapSizeBytes;
            _values["gc-committed"] = collected.TotalCommittedBytes;
            _values["gc-large-objects"] = collected.GenerationInfo[3].SizeAfterBytes;
            _values["gc-gen2-collections"] = GC.CollectionCount(2);
            File.WriteAllLines(file + ".new", _values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key} {v.Value}")));
            File.Move(file + ".new", file, overwrite: true);
        }
    }
}
