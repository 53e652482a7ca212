using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using OrleansSie.Bench.Chaos.Parts;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>The program as an operator runs it: a process of its own, set up by its environment.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly int _port;

    private SiloProcess(Process process, int port)
    {
        _process = process;
        _port = port;
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) =>
        {
            _output.Enqueue(line.Data ?? "");
            _errors.Enqueue(line.Data ?? "");
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Everything it has written.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>What it has written to standard error.</summary>
    public string Errors => string.Join('\n', _errors).Trim();

    /// <param name="folder">Where it runs.</param>
    /// <param name="metricsPort">The port that it is asked on.</param>
    /// <param name="environment">Its variables.</param>
    /// <param name="program">Another one than that beside the tests.</param>
    /// <param name="prefix">What stands before its command line, and ends as the silo's own process.</param>
    public static SiloProcess Start(
        string folder, int metricsPort, IReadOnlyDictionary<string, string> environment, string? program = null, IReadOnlyList<string>? prefix = null) =>
        Run(folder, metricsPort, environment, [.. prefix ?? [], "dotnet", program ?? Program]);

    /// <summary>The program of this build.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "Silo.dll");

    /// <summary>Any command that ends in a silo, or becomes one.</summary>
    public static SiloProcess Run(
        string folder, int metricsPort, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("SIE_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment.Remove("PUBSUB_EMULATOR_HOST");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new SiloProcess(Process.Start(start)!, metricsPort);
    }

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
        var port = LoopbackPorts.Free();
        var environment = new Dictionary<string, string>
        {
            ["PUBSUB_EMULATOR_HOST"] = pubSub,
            ["SIE__PROJECT_NAME"] = project,
            ["SIE__PROMETHEUS__PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["SIE__STORAGE__PROVIDER"] = "redis",
            ["SIE__STORAGE__REDIS__CONNECTION_STRING"] = redis,
            ["SIE__CLUSTERING__SILO_PORT"] = LoopbackPorts.Free().ToString(CultureInfo.InvariantCulture),
            ["SIE__LOG_LEVEL"] = logLevel,
        };
        if (isMember)
        {
            environment["SIE__CLUSTERING__PROVIDER"] = "redis";
            environment["SIE__CLUSTERING__ADVERTISED_ADDRESS"] = "127.0.0.1";
        }

        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        return Start(folder, port, environment);
    }

    /// <summary>Its metrics, or null while it does not answer.</summary>
    public async Task<Exposition?> MetricsAsync() => await TextAsync("/metrics") is { } text ? new Exposition(text) : null;

    public async Task ReadyAsync() => await Eventually.IsAsync(async () => await TextAsync("/healthz/ready") ?? Output, answer => answer == "ready\n");

    /// <summary>What it says of its readiness, or null while it does not answer.</summary>
    public Task<string?> ReadinessAsync() => TextAsync("/healthz/ready");

    public bool HasExited => _process.HasExited;

    /// <summary>What it holds open, by the names that the system has for it.</summary>
    public IReadOnlyList<string> OpenFiles() =>
        [.. Directory.EnumerateFiles($"/proc/{_process.Id}/fd").Select(TargetOf)];

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

    /// <summary>The process that was started; the silo itself may be a child of it.</summary>
    public int Id => _process.Id;

    public void Kill() => _process.Kill();

    /// <summary>Stops it in the middle of whatever it does; it does not notice.</summary>
    public void Freeze() => Signals.Stop(_process.Id);

    public void Thaw() => Signals.Continue(_process.Id);

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    public async Task<(int ExitCode, TimeSpan Took)> TerminateAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        Signals.Terminate(_process.Id);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, TimeProvider.System.GetElapsedTime(started));
    }

    /// <summary>Waits for an end that it comes to by itself.</summary>
    public Task<int> ExitedAsync() => EndedAsync(TimeSpan.FromMinutes(1));

    /// <summary>Waits for an end that it comes to by itself.</summary>
    public async Task<int> EndedAsync(TimeSpan patience)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        _http.Dispose();
    }

    /// <summary>What it answers at a path; status 0 while it does not answer.</summary>
    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://127.0.0.1:{_port}{path}"), TestContext.Current.CancellationToken);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        catch (HttpRequestException)
        {
            return default;
        }
        catch (TaskCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return default;
        }
    }

    private async Task<string?> TextAsync(string path) => await GetAsync(path) is { Status: > 0, Body: var text } ? text : null;
}
