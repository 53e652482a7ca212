using System.Globalization;
using OrleansSie.Testing.Machine;

namespace OrleansSie.Testing.Parts;

/// <summary>Where a silo runs, and what it is started with: each process that is started in the place is started in the same way.</summary>
/// <param name="Folder">Its working directory.</param>
/// <param name="Address">The address that it is asked on.</param>
/// <param name="Command">The program and its arguments; anything that ends in a silo, or becomes one.</param>
internal sealed record SiloPlace(string Folder, string Address, params IReadOnlyList<string> Command)
{
    /// <summary>The program of this build.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "Silo.dll");

    /// <summary>The port of metrics and health.</summary>
    public int MetricsPort { get; init; } = LoopbackPorts.Free();

    /// <summary>The program's variables.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>The file that all it writes is appended to; null where this process keeps it.</summary>
    public string? Log { get; init; }

    /// <summary>How long it may take for an answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Sets a variable.</summary>
    public SiloPlace With(string variable, string value)
    {
        Environment[variable] = value;
        return this;
    }

    /// <summary>Sets a variable to a number.</summary>
    public SiloPlace With(string variable, int value) => With(variable, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets the ports, and that it logs little.</summary>
    public SiloPlace AsSilo() => With("SIE__PROMETHEUS__PORT", MetricsPort)
        .With("SIE__PROMETHEUS__ADDRESS", Address)
        .With("SIE__CLUSTERING__SILO_PORT", LoopbackPorts.Free())
        .With("SIE__LOG_LEVEL", "warn")
        .With("DOTNET_EnableDiagnostics", "0");

    /// <summary>Sets the emulator to pull from.</summary>
    public SiloPlace OnEmulator(string host, string project) => With("PUBSUB_EMULATOR_HOST", host).With("SIE__PROJECT_NAME", project);

    /// <summary>Sets the Redis of store and membership.</summary>
    public SiloPlace OnRedis(string endPoint) => With("SIE__STORAGE__PROVIDER", "redis")
        .With("SIE__STORAGE__REDIS__CONNECTION_STRING", endPoint)
        .With("SIE__CLUSTERING__PROVIDER", "redis")
        .With("SIE__CLUSTERING__ADVERTISED_ADDRESS", Address);
}
