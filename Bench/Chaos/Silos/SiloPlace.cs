using System.Globalization;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Parts;

namespace OrleansSie.Bench.Chaos.Silos;

/// <summary>Where a process of an exporter runs, and what it is started with: each life that fills the place is started in the same way.</summary>
/// <param name="Folder">Its working directory, and that of its log.</param>
/// <param name="Address">The address that it listens on.</param>
/// <param name="Command">The program and its arguments.</param>
internal sealed record SiloPlace(string Folder, string Address, params IReadOnlyList<string> Command)
{
    /// <summary>The port of metrics and health.</summary>
    public int MetricsPort { get; } = LoopbackPorts.Free();

    /// <summary>The program's variables.</summary>
    public Dictionary<string, string> Environment { get; } = [];

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
    public SiloPlace OnEmulator(string host) => With("PUBSUB_EMULATOR_HOST", host).With("SIE__PROJECT_NAME", Ground.Project);

    /// <summary>Sets the Redis of store and membership.</summary>
    public SiloPlace OnRedis(string endPoint) => With("SIE__STORAGE__PROVIDER", "redis")
        .With("SIE__STORAGE__REDIS__CONNECTION_STRING", endPoint)
        .With("SIE__CLUSTERING__PROVIDER", "redis")
        .With("SIE__CLUSTERING__ADVERTISED_ADDRESS", Address);
}
