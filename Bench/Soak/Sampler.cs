using System.Diagnostics;
using System.Globalization;

namespace OrleansSie.Bench.Soak;

/// <summary>Looks at the silo every two seconds, from outside and through its startup hook.</summary>
internal sealed class Sampler
{
    private readonly SoakSilo _silo;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly List<Sample> _samples = [];

    public Sampler(SoakSilo silo)
    {
        _silo = silo;
    }

    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Samples until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        try
        {
            do
            {
                await TakeAsync();
            }
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException)
        {
            await TakeAsync();
        }
    }

    private async Task TakeAsync()
    {
        var scrape = await _silo.ScrapeAsync();
        var meters = Meters();
        _samples.Add(new Sample
        {
            Seconds = Stopwatch.GetElapsedTime(_begun).TotalSeconds,
            Events = scrape.Settled,
            Interruptions = scrape.Interruptions.Values.Sum(),
            InFlight = scrape.InFlight,
            Resident = _silo.Status("VmRSS"),
            PeakResident = _silo.Status("VmHWM"),
            Heap = meters.GetValueOrDefault("gc-heap"),
            LargeObjects = meters.GetValueOrDefault("gc-large-objects"),
            Activations = meters.GetValueOrDefault("orleans-catalog-activations", -1),
            Store = StoreSize.Of(Path.Combine(_silo.Folder, "data")),
        });
    }

    private Dictionary<string, long> Meters()
    {
        var file = Path.Combine(_silo.Folder, "meters");
        return File.Exists(file)
            ? File.ReadAllLines(file).Select(l => l.Split(' ')).ToDictionary(l => l[0], l => long.Parse(l[1], CultureInfo.InvariantCulture))
            : [];
    }
}

/// <summary>The silo at one moment. Sizes in bytes.</summary>
internal sealed record Sample
{
    public required double Seconds { get; init; }

    /// <summary>Messages settled.</summary>
    public required long Events { get; init; }

    public required long Interruptions { get; init; }

    public required long InFlight { get; init; }

    /// <summary>Resident now, and the most it ever was.</summary>
    public required long Resident { get; init; }

    public required long PeakResident { get; init; }

    /// <summary>Live and dead objects after the last collection.</summary>
    public required long Heap { get; init; }

    public required long LargeObjects { get; init; }

    public required long Activations { get; init; }

    public required StoreSize Store { get; init; }
}

/// <summary>Bytes of a store's folder: the database, and its log that was not copied into it yet.</summary>
internal readonly record struct StoreSize(long Database, long Log)
{
    public long All => Database + Log;

    public static StoreSize Of(string data) => new(Length(Path.Combine(data, "state.db")), Length(Path.Combine(data, "state.db-wal")));

    private static long Length(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;
}
