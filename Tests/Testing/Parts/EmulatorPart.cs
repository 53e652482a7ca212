using System.Diagnostics;
using System.Globalization;
using OrleansSie.Testing.Machine;

namespace OrleansSie.Testing.Parts;

/// <summary>Google's own Pub/Sub emulator. It keeps messages in memory, so it is paused and never killed.</summary>
internal sealed class EmulatorPart : IDisposable
{
    private readonly Process _process;

    private EmulatorPart(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Where it listens on loopback.</summary>
    public int Port { get; }

    /// <summary>The value of <c>PUBSUB_EMULATOR_HOST</c>.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>CPU time of all of its processes since their start.</summary>
    public TimeSpan Cpu => Processes().Aggregate(TimeSpan.Zero, (sum, id) => sum + ProcessFigures.Cpu(id));

    /// <param name="folder">Of its log.</param>
    /// <param name="megabytes">Of its heap: it keeps every message, and what does not fit breaks off requests.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<EmulatorPart> StartAsync(string folder, CancellationToken cancellationToken, int megabytes = 384)
    {
        var port = LoopbackPorts.Free();
        var log = Path.Combine(folder, "emulator.log");
        var emulator = new EmulatorPart(Programs.Start(folder, log, new Dictionary<string, string> { ["JAVA_TOOL_OPTIONS"] = $"-Xmx{megabytes}m -XX:+UseSerialGC" }, Command(port)), port);
        await Programs.ListensAsync(emulator._process, port, log, cancellationToken);
        return emulator;
    }

    /// <summary>SIGSTOP to all of its processes.</summary>
    public void Freeze() => Processes().ForEach(id => Signals.Stop(id));

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Processes().ForEach(id => Signals.Continue(id));

    public void Dispose()
    {
        Processes().ForEach(id => Signals.Kill(id));
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Google's own command starts Java through a shell.</summary>
    private List<int> Processes() => ProcessFigures.Family(_process.Id);

    private static string[] Command(int port)
    {
        var number = port.ToString(CultureInfo.InvariantCulture);
        var beside = Beside();
        return Environment.GetEnvironmentVariable("PUBSUB_EMULATOR") is { Length: > 0 } given ? [given, "--port=" + number]
            : beside is not null ? [beside, "--port=" + number]
            : Programs.Find("gcloud") is { } gcloud ? [gcloud, "beta", "emulators", "pubsub", "start", "--host-port=127.0.0.1:" + number]
            : throw new PartMissingException(
                "Google's Pub/Sub emulator is missing: install it (gcloud components install pubsub-emulator) or set PUBSUB_EMULATOR to a command that takes --port=.");
    }

    /// <summary>The command that is kept beside the repository, where there is one.</summary>
    private static string? Beside() =>
        Repository.Root is { } root && Path.Combine(root, "..", "shared", "tools", "pubsub-emulator") is var command && File.Exists(command) ? command : null;
}
