using OrleansSie.Bench.Chaos.Parts;

namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>What the silos of one run stand on: a folder, a store behind a proxy, a Pub/Sub. All of it ends with the run.</summary>
internal sealed class Ground : IAsyncDisposable
{
    /// <summary>The project whose subscriptions the silos pull.</summary>
    public const string Project = "chaos-project";

    private Ground(string folder)
    {
        Folder = folder;
    }

    /// <summary>Logs and data of the run.</summary>
    public string Folder { get; }

    /// <summary>Null with the embedded store.</summary>
    public RedisPart? Redis { get; private set; }

    /// <summary>The way from the silos to Redis; null with the embedded store.</summary>
    public TcpProxy? Proxy { get; private set; }

    public EmulatorPart Emulator { get; private set; } = null!;

    /// <summary>Keep the folder when all has ended.</summary>
    public bool KeepFolder { get; set; }

    public static async Task<Ground> PrepareAsync(ChaosOptions options, int seed, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PartMissingException("The faults are Linux signals: run this on Linux.");
        }

        var ground = new Ground(Directory.CreateTempSubdirectory($"sie-chaos-{seed}-").FullName);
        try
        {
            if (!options.IsEmbedded)
            {
                ground.Redis = await RedisPart.StartAsync(ground.Folder, cancellationToken);
                ground.Proxy = TcpProxy.Start("127.0.0.1", ground.Redis.Port, Ports.Free(), seed: seed);
            }

            ground.Emulator = await EmulatorPart.StartAsync(ground.Folder, cancellationToken);
            return ground;
        }
        catch
        {
            await ground.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Emulator?.Dispose();
        await (Proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        Redis?.Dispose();
        if (!KeepFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
