using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansSie.Testing.Machine;

namespace OrleansSie.Testing.Parts;

/// <summary>The program as an operator runs it: a process of its own, set up by its environment.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    private readonly Process _process;
    private readonly SiloPlace _place;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private SiloProcess(Process process, SiloPlace place)
    {
        _process = process;
        _place = place;
        Id = process.Id;
    }

    /// <summary>The program of this build.</summary>
    public static string Program => SiloPlace.Program;

    /// <summary>The process that was started; the silo itself may be a child of it.</summary>
    public int Id { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Everything it has written, where no file has it.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>What it has written to standard error, where no file has it.</summary>
    public string Errors => string.Join('\n', _errors).Trim();

    /// <summary>Starts a process in a place.</summary>
    public static SiloProcess Start(SiloPlace place)
    {
        if (place.Log is { } log)
        {
            return new SiloProcess(Programs.Start(place.Folder, log, place.Environment, place.Command), place);
        }

        var start = new ProcessStartInfo(place.Command[0], place.Command.Skip(1))
        {
            WorkingDirectory = place.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Programs.SetEnvironment(start, place.Environment);
        var silo = new SiloProcess(Process.Start(start)!, place);
        silo.KeepOutput();
        return silo;
    }

    /// <summary>A silo that keeps what it writes.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="metricsPort">The port that it is asked on.</param>
    /// <param name="environment">Its variables.</param>
    /// <param name="program">Another one than that beside the tests.</param>
    /// <param name="prefix">What stands before its command line, and ends as the silo's own process.</param>
    public static SiloProcess Start(
        string folder, int metricsPort, IReadOnlyDictionary<string, string> environment, string? program = null, IReadOnlyList<string>? prefix = null) =>
        Run(folder, metricsPort, environment, [.. prefix ?? [], "dotnet", program ?? Program]);

    /// <summary>Any command that ends in a silo, or becomes one.</summary>
    public static SiloProcess Run(
        string folder, int metricsPort, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> command) =>
        Start(new SiloPlace(folder, "127.0.0.1", command) { MetricsPort = metricsPort, Environment = new(environment) });

    /// <summary>A silo on a Redis, alone or as a member of the cluster that the silos on this Redis form, on ports of its own.</summary>
    public static SiloProcess StartOnRedis(
        string folder,
        string project,
        string redis,
        string pubSub,
        bool isMember = true,
        string logLevel = "warn",
        IReadOnlyDictionary<string, string>? more = null)
    {
        var place = new SiloPlace(folder, "127.0.0.1", "dotnet", Program).OnRedis(redis).OnEmulator(pubSub, project);
        place.With("SIE__PROMETHEUS__PORT", place.MetricsPort).With("SIE__CLUSTERING__SILO_PORT", LoopbackPorts.Free()).With("SIE__LOG_LEVEL", logLevel);
        if (!isMember)
        {
            place.Environment.Remove("SIE__CLUSTERING__PROVIDER");
            place.Environment.Remove("SIE__CLUSTERING__ADVERTISED_ADDRESS");
        }

        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            place.With(name, value);
        }

        return Start(place);
    }

    /// <summary>Its metrics, or null while it does not answer.</summary>
    public async Task<Exposition?> MetricsAsync() => await TextAsync("/metrics") is { } text ? new Exposition(text) : null;

    public async Task ReadyAsync() => await Eventually.IsAsync(async () => await ReadinessAsync() ?? Output, answer => answer == "ready\n");

    /// <summary>What it says of its readiness, or null while it does not answer.</summary>
    public Task<string?> ReadinessAsync() => TextAsync("/healthz/ready");

    /// <summary>What it answers at a path; status 0 while it does not answer.</summary>
    public Task<(int Status, string Body)> GetAsync(string path) => AskAsync(path, CancellationToken.None);

    /// <summary>As <see cref="GetAsync"/>, until it is cancelled.</summary>
    public async Task<(int Status, string Body)> AskAsync(string path, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_place.Patience);
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://{_place.Address}:{_place.MetricsPort}{path}"), patience.Token);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(patience.Token));
        }
        catch (HttpRequestException)
        {
            return default;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return default;
        }
    }

    /// <summary>What it holds open, by the names that the system has for it.</summary>
    public IReadOnlyList<string> OpenFiles() => [.. Directory.EnumerateFiles($"/proc/{Id}/fd").Select(TargetOf)];

    /// <summary>SIGKILL to the process that was started.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Stops it in the middle of whatever it does; it does not notice.</summary>
    public void Freeze() => Signals.Stop(Id);

    public void Thaw() => Signals.Continue(Id);

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    public async Task<(int ExitCode, TimeSpan Took)> TerminateAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        Signals.Terminate(Id);
        await _process.WaitForExitAsync();
        return (_process.ExitCode, TimeProvider.System.GetElapsedTime(started));
    }

    /// <summary>Waits a minute for an end that it comes to by itself.</summary>
    public Task<int> ExitedAsync() => EndedAsync(TimeSpan.FromMinutes(1));

    /// <summary>Waits for an end that it comes to by itself.</summary>
    public async Task<int> EndedAsync(TimeSpan patience)
    {
        await _process.WaitForExitAsync().WaitAsync(patience);
        return _process.ExitCode;
    }

    /// <summary>Waits for its end, however long it takes.</summary>
    public async Task<int> WaitForEndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends it, whatever state it is in, with what it was started through and what it has started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            ProcessFigures.Family(Id).ForEach(id => Signals.Kill(id));
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string TargetOf(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: false)?.ToString() ?? "";
        }
        catch (FileNotFoundException)
        {
            // It was closed meanwhile.
            return "";
        }
    }

    private void KeepOutput()
    {
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) =>
        {
            _output.Enqueue(line.Data ?? "");
            _errors.Enqueue(line.Data ?? "");
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task<string?> TextAsync(string path) => await GetAsync(path) is { Status: > 0, Body: var text } ? text : null;
}
