using System.Diagnostics;
using System.Globalization;
using OrleansSie.Bench.Chaos.Parts;

namespace OrleansSie.Bench.Soak;

/// <summary>The silo under test: a process of its own in local mode, that tells its meters through a startup hook.</summary>
internal sealed class SoakSilo : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly StreamWriter _log;

    private SoakSilo(Process process, int metricsPort, int pubSubPort, string folder)
    {
        _process = process;
        PubSubPort = pubSubPort;
        Folder = folder;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{metricsPort}"), Timeout = TimeSpan.FromSeconds(30) };
        _log = new StreamWriter(Path.Combine(folder, "silo.log"), append: true) { AutoFlush = true };
        _process.OutputDataReceived += (_, line) => Log(line.Data);
        _process.ErrorDataReceived += (_, line) => Log(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

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
        var (metrics, pubSub) = (LoopbackPorts.Free(), LoopbackPorts.Free());
        var begun = Stopwatch.GetTimestamp();
        var silo = new SoakSilo(Process.Start(StartInfo(folder, memory, emulator, metrics, pubSub))!, metrics, pubSub, folder);
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

    public async Task<Scrape> ScrapeAsync() => new(await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));

    /// <summary>A value of /proc/PID/status in bytes; 0 where there is none.</summary>
    public long Status(string name) => ProcessFigures.Bytes(Id, name);

    /// <summary>SIGKILL; returns when the process is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().WaitAsync(_patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
        _http.Dispose();
        await _log.DisposeAsync();
    }

    private async Task ReadyAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var begun = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync())
        {
            if (HasExited || Stopwatch.GetElapsedTime(begun) > _patience)
            {
                throw new InvalidOperationException($"The silo did not become ready; see {Path.Combine(Folder, "silo.log")}.");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Log(string? line)
    {
        lock (_log)
        {
            _log.WriteLine(line);
        }
    }

    private static ProcessStartInfo StartInfo(string folder, string memory, string? emulator, int metrics, int pubSub)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Silo.dll")])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("SIE_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment.Remove("CONFIG_PATH");
        start.Environment.Remove("PUBSUB_EMULATOR_HOST");
        start.Environment["SIE__STORAGE__PATH"] = Path.Combine(folder, "data");
        start.Environment["SIE__STORAGE__MEMORY"] = memory;
        start.Environment["SIE__PROMETHEUS__PORT"] = metrics.ToString(CultureInfo.InvariantCulture);
        start.Environment["SIE__PROMETHEUS__ADDRESS"] = "127.0.0.1";
        start.Environment["SIE__LOCAL__PUBSUB_PORT"] = pubSub.ToString(CultureInfo.InvariantCulture);
        start.Environment["SIE__CLUSTERING__SILO_PORT"] = LoopbackPorts.Free().ToString(CultureInfo.InvariantCulture);
        start.Environment["SIE__LOG_LEVEL"] = "warn";
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[StartupHook.FileVariable] = Path.Combine(folder, "meters");
        if (emulator is not null)
        {
            start.Environment["PUBSUB_EMULATOR_HOST"] = emulator;
            start.Environment["SIE__PROJECT_NAME"] = BacklogRun.EmulatorProject;
        }

        return start;
    }
}
