using OrleansSie.Testing.Kubernetes;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using OrleansSie.Testing.Proxies;

namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>What the silos of one run stand on: a folder, a store behind a proxy, a Pub/Sub. All of it ends with the run.</summary>
internal sealed class ChaosEnvironment : IAsyncDisposable
{
    /// <summary>The project whose subscriptions the silos pull.</summary>
    public const string Project = "chaos-project";

    /// <summary>The silo whose way to Redis is its own, where answers are held back.</summary>
    public const int HeldSilo = 1;

    private const long SmallDiskBytes = 192 << 20;

    private TcpProxy? _emulatorProxy;
    private TcpProxy? _heldProxy;

    private ChaosEnvironment(string folder)
    {
        Folder = folder;
    }

    /// <summary>Logs and data of the run.</summary>
    public string Folder { get; }

    /// <summary>Null with the embedded store.</summary>
    public RedisServer? Redis { get; private set; }

    /// <summary>The way from the silos to Redis; null with the embedded store.</summary>
    public TcpProxy? Proxy { get; private set; }

    /// <summary>Holds back what Redis answers <see cref="HeldSilo"/>; null where the run has no use for it.</summary>
    public AnswerHold? Hold { get; private set; }

    public EmulatorPart Emulator { get; private set; } = null!;

    /// <summary>Nodes that are listed; null in a run of one long fault, whose instances are all known.</summary>
    public ListedNodes? Nodes { get; private set; }

    /// <summary>What the emulator has handed out to silos with networks of their own.</summary>
    public Deliveries Deliveries { get; } = new();

    /// <summary>The fake API server that holds the membership table; null where Redis or a real API server does.</summary>
    public FakeApiServer? ApiServer { get; private set; }

    /// <summary>The kubeconfig that leads the silos to the one or the other API server; null where Redis holds the table.</summary>
    public string? KubeConfigFile { get; private set; }

    /// <summary>The table's ConfigMap; null for one named after the run.</summary>
    public string? ConfigMap { get; private set; }

    /// <summary>Where each silo has a network of its own; null where all share this one.</summary>
    public SiloNetworks? Networks { get; private set; }

    /// <summary>The small disk that the embedded store is on; null where it has the run's folder.</summary>
    public SmallDisk? Disk { get; private set; }

    /// <summary>The folder of the embedded store.</summary>
    public string Data => Path.Combine(Folder, "data");

    /// <summary>host:port of the emulator, as the silos reach it.</summary>
    public string EmulatorForSilos => _emulatorProxy?.EndPoint.ToString() ?? Emulator.Host;

    /// <summary>Keep the folder when all has ended.</summary>
    public bool KeepFolder { get; set; }

    public static async Task<ChaosEnvironment> PrepareAsync(ChaosOptions options, int seed, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PartMissingException("The faults are Linux signals: run this on Linux.");
        }

        var environment = new ChaosEnvironment(Directory.CreateTempSubdirectory($"sie-chaos-{seed}-").FullName);
        try
        {
            environment.PrepareMachine(options);
            if (!options.IsEmbedded)
            {
                environment.Redis = await RedisServer.StartAsync(environment.Folder, RedisServer.Durable(), cancellationToken);
                environment.Proxy = TcpProxy.Start("127.0.0.1", environment.Redis.Port, LoopbackPorts.Free(), environment.Networks?.BridgeAddress, seed);
                environment.PrepareHold(options);
            }

            (environment.KubeConfigFile, environment.ConfigMap) = (options.KubeConfig, options.ConfigMap);
            if (options.IsKubernetes && options.KubeConfig is null)
            {
                environment.ApiServer = await FakeApiServer.StartAsync();
                environment.KubeConfigFile = KubeConfig.Write(environment.Folder, environment.ApiServer);
            }

            environment.Emulator = await EmulatorPart.StartAsync(environment.Folder, cancellationToken);
            environment._emulatorProxy = environment.Networks is { } networks
                ? TcpProxy.Start("127.0.0.1", environment.Emulator.Port, LoopbackPorts.Free(), networks.BridgeAddress, listen: environment.Deliveries.Listen)
                : null;
            environment.Nodes = options.Long is null ? await ListedNodes.StartAsync(environment.Networks?.BridgeAddress) : null;
            return environment;
        }
        catch
        {
            await environment.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address that a silo listens on.</summary>
    public string AddressOf(int silo) => Networks?.Address(silo).ToString() ?? "127.0.0.1";

    /// <summary>host:port of Redis, as a silo reaches it; null with the embedded store.</summary>
    public string? RedisOf(int silo) => (silo == HeldSilo ? _heldProxy ?? Proxy : Proxy)?.EndPoint.ToString();

    public async ValueTask DisposeAsync()
    {
        await (Nodes?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_emulatorProxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        Emulator?.Dispose();
        await (_heldProxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        Redis?.Dispose();
        await (ApiServer?.DisposeAsync() ?? ValueTask.CompletedTask);
        Networks?.Dispose();
        Disk?.Dispose();
        if (!KeepFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private void PrepareHold(ChaosOptions options)
    {
        if (options.Long is not (null or LongFault.Cut))
        {
            Hold = new AnswerHold();
            _heldProxy = TcpProxy.Start("127.0.0.1", Redis!.Port, LoopbackPorts.Free(), Networks?.BridgeAddress, listen: Hold.Listen);
        }
    }

    private void PrepareMachine(ChaosOptions options)
    {
        if (options.HasNetworks)
        {
            Networks = SiloNetworks.TryCreate(options.Silos, out var reason) ?? throw new PartMissingException($"--networks cannot be had: {reason}");
        }

        if (options.HasSmallDisk)
        {
            Disk = SmallDisk.TryCreate(Data, SmallDiskBytes, out var reason) ?? throw new PartMissingException($"--full-disk cannot be had: {reason}");
        }
    }
}
