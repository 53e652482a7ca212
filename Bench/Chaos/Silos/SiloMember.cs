using System.Diagnostics;
using System.Globalization;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Parts;

namespace OrleansSie.Bench.Chaos.Silos;

/// <summary>One silo of the fleet: its place, its ports, and the process that fills the place now.</summary>
internal sealed class SiloMember
{
    private static readonly string[] _lastWords = ["The silo ends", "Unhandled exception", "Process terminated", "crit:"];

    private readonly Ground _ground;
    private readonly ChaosOptions _options;
    private readonly int _metricsPort = LoopbackPorts.Free();
    private readonly int _siloPort = LoopbackPorts.Free();
    private Process _process;

    public SiloMember(int number, Ground ground, ChaosOptions options)
    {
        Number = number;
        _ground = ground;
        _options = options;
        _process = Launch();
    }

    /// <summary>Its place, from 0.</summary>
    public int Number { get; }

    /// <summary>How many processes have filled the place.</summary>
    public int Lives { get; private set; }

    /// <summary>Where it serves metrics and health.</summary>
    public Uri Address => new($"http://{_ground.AddressOf(Number)}:{_metricsPort}/");

    /// <summary>Its own logs, one life after the other.</summary>
    public string Log => Path.Combine(_ground.Folder, $"silo-{Number}.log");

    /// <summary>The process that fills the place now; it may have ended.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Waits for the end of the process that fills the place now.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitedAsync(CancellationToken cancellationToken)
    {
        var process = _process;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Why the last process ended by itself, as far as its log says.</summary>
    public string LastWords() => File.ReadLines(Log).LastOrDefault(line =>
        line.Contains(" crit:", StringComparison.Ordinal) || Array.Exists(_lastWords, w => line.StartsWith(w, StringComparison.Ordinal))) ?? "nothing said";

    /// <summary>Fills the place again, once the process in it has ended.</summary>
    public void Restart()
    {
        _process.Dispose();
        _process = Launch();
    }

    /// <summary>Ends the process, whatever state it is in.</summary>
    public async Task KillAsync()
    {
        Signals.Kill(ProcessId);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private Process Launch()
    {
        Lives++;
        string[] program = _options.IsSabotaged ? ["Bench.dll", BrokenSilo.Command] : ["Silo.dll"];
        var process = Programs.Start(
            _ground.Folder, Log, Environment(), [.. _ground.Networks?.CommandPrefix(Number) ?? [], "dotnet", Path.Combine(AppContext.BaseDirectory, program[0]), .. program[1..]]);
        ProcessId = process.Id;
        return process;
    }

    private Dictionary<string, string> Environment()
    {
        var environment = new Dictionary<string, string>
        {
            ["PUBSUB_EMULATOR_HOST"] = _ground.EmulatorForSilos,
            ["SIE__PROJECT_NAME"] = Ground.Project,
            ["SIE__PROMETHEUS__PORT"] = Text(_metricsPort),
            ["SIE__PROMETHEUS__ADDRESS"] = _ground.AddressOf(Number),
            ["SIE__CLUSTERING__SILO_PORT"] = Text(_siloPort),
            ["SIE__LOG_LEVEL"] = "warn",
            ["SIE__ATTRIBUTION__TIMEOUT"] = "1m",
            ["SIE__STORAGE__PATH"] = _ground.Data,
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        if (_ground.RedisOf(Number) is { } redis)
        {
            environment["SIE__STORAGE__PROVIDER"] = "redis";
            environment["SIE__STORAGE__REDIS__CONNECTION_STRING"] = redis;
            environment["SIE__CLUSTERING__PROVIDER"] = _ground.KubeConfigFile is null ? "redis" : "kubernetes";
            environment["SIE__CLUSTERING__ADVERTISED_ADDRESS"] = _ground.AddressOf(Number);
        }

        if (_ground.KubeConfigFile is { } kubeConfig)
        {
            environment["KUBECONFIG"] = kubeConfig;
            environment["SIE__CLUSTERING__CLUSTER_ID"] = Path.GetFileName(_ground.Folder);
            if (_ground.ConfigMap is { } table)
            {
                environment["SIE__CLUSTERING__KUBERNETES__CONFIG_MAP"] = table;
            }

            environment["POD_NAME"] = $"sie-{Text(Number)}";
        }

        return environment;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
