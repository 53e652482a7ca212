using System.Diagnostics;
using System.Globalization;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Bench.Soak;

/// <summary>The silo under test: a process of its own in local mode, that tells its meters through a startup hook.</summary>
internal sealed class SoakSilo : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly SiloProcess _process;

    private SoakSilo(SiloPlace place, int pubSubPort)
    {
        Folder = place.Folder;
        PubSubPort = pubSubPort;
        _process = SiloProcess.Start(place);
    }

    public int PubSubPort { get; }

    public string Folder { get; }

    /// <summary>Time from the start of the process until it was ready.</summary>
    public TimeSpan StartUp { get; private set; }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a silo on a folder and waits until it is ready.</summary>
    /// <param name="folder">Where its data, its log and its meters go.</param>
    /// <param name="memory">The store's memory setting.</param>
    /// <param name="emulator">host:port of another Pub/Sub to pull from; null for the local one.</param>
    public static async Task<SoakSilo> StartAsync(string folder, string memory, string? emulator = null)
    {
        var pubSub = LoopbackPorts.Free();
        var place = new SiloPlace(folder, "127.0.0.1", "dotnet", SiloPlace.Program) { Log = Path.Combine(folder, "silo.log"), Patience = TimeSpan.FromSeconds(30) };
        place.With("SIE__STORAGE__PATH", Path.Combine(folder, "data"))
            .With("SIE__STORAGE__MEMORY", memory)
            .With("SIE__PROMETHEUS__PORT", place.MetricsPort)
            .With("SIE__PROMETHEUS__ADDRESS", place.Address)
            .With("SIE__LOCAL__PUBSUB_PORT", pubSub)
            .With("SIE__CLUSTERING__SILO_PORT", LoopbackPorts.Free())
            .With("SIE__LOG_LEVEL", "warn")
            .With("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location)
            .With(StartupHook.FileVariable, Path.Combine(folder, "meters"));
        if (emulator is not null)
        {
            place.OnEmulator(emulator, BacklogRun.EmulatorProject);
        }

        var begun = Stopwatch.GetTimestamp();
        var silo = new SoakSilo(place, pubSub);
        try
        {
            await silo.ReadyAsync();
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }

        silo.StartUp = Stopwatch.GetElapsedTime(begun);
        return silo;
    }

    public async Task<SoakScrape> ScrapeAsync() =>
        new(await _process.MetricsAsync() ?? throw new InvalidOperationException($"The silo does not answer; see {Path.Combine(Folder, "silo.log")}."));

    /// <summary>A value of /proc/PID/status in bytes; 0 where there is none.</summary>
    public long Status(string name) => ProcessFigures.Bytes(_process.Id, name);

    /// <summary>SIGKILL; returns when the process is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        SpinWait.SpinUntil(() => HasExited);
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public Task StopAsync() => _process.TerminateAsync().WaitAsync(_patience);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task ReadyAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var begun = Stopwatch.GetTimestamp();
        while ((await _process.GetAsync("/healthz/ready")).Status != 200)
        {
            if (HasExited || Stopwatch.GetElapsedTime(begun) > _patience)
            {
                throw new InvalidOperationException($"The silo did not become ready; see {Path.Combine(Folder, "silo.log")}.");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}

/// <summary>The figures of one /metrics document that the soak compares.</summary>
internal sealed class SoakScrape(Exposition exposition)
{
    /// <summary>Messages settled, with whatever outcome.</summary>
    public long Settled => (long)exposition.Sum(MetricNames.Messages);

    public long InFlight => (long)exposition.Sum(MetricNames.MessagesInFlight);

    public long DeliveryFailures => (long)exposition.Sum(MetricNames.DeliveryFailures);

    /// <summary>Messages by outcome, as text.</summary>
    public string Outcomes => string.Join(
        ", ", exposition.By(MetricNames.Messages, MetricNames.OutcomeLabel).Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Key} {o.Value}")));

    /// <summary>Interruptions by cluster name.</summary>
    public Dictionary<string, long> Interruptions => exposition.Interruptions().ToDictionary(c => c.Key, c => (long)c.Value);
}
