using OrleansSie.Bench.Chaos.Grounds;

namespace OrleansSie.Bench.Load;

/// <summary>
/// What one run stands on: a folder, Google's emulator, and a Redis where silos need one. The emulator keeps every message in memory, so
/// each run has its own.
/// </summary>
internal sealed class LoadParts : IAsyncDisposable
{
    // An exporter is stopped while messages are published; what it had asked for stays its own.
    private const int AckDeadlineSeconds = 60;
    private const int MostInARequest = 500;
    private const int EmulatorMegabytes = 4_000;

    private readonly bool _keepsFolder;

    private LoadParts(string folder, bool keepsFolder, EmulatorPart emulator)
    {
        Folder = folder;
        _keepsFolder = keepsFolder;
        Emulator = emulator;
        Topics = new Topics(emulator.Host);
    }

    /// <summary>Logs and data of the run.</summary>
    public string Folder { get; }

    /// <summary>The folder of the embedded store.</summary>
    public string Data => Path.Combine(Folder, "data");

    public EmulatorPart Emulator { get; }

    public Topics Topics { get; }

    /// <summary>A Redis that syncs every second; null with another store.</summary>
    public RedisPart? Redis { get; private set; }

    public static async Task<LoadParts> StartAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        var folder = options.Into is { } into ? Directory.CreateDirectory(into).FullName : Directory.CreateTempSubdirectory("sie-load-").FullName;
        var parts = new LoadParts(folder, options.Into is not null, await EmulatorPart.StartAsync(folder, cancellationToken, EmulatorMegabytes));
        try
        {
            await parts.Topics.CreateAsync(cancellationToken, AckDeadlineSeconds);
            parts.Redis = options.Storage == LoadStorage.redis ? await RedisPart.StartAsync(folder, cancellationToken, "everysec") : null;
            return parts;
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Publishes all, as fast as they are taken.</summary>
    public async Task PublishAsync(bool toCreations, IEnumerable<byte[]> entries, CancellationToken cancellationToken)
    {
        foreach (var portion in entries.Chunk(MostInARequest))
        {
            await Topics.PublishAsync(toCreations, portion, cancellationToken);
        }
    }

    /// <summary>What the store has on the disk.</summary>
    public long BytesOfStore() =>
        new DirectoryInfo(Redis is null ? Data : Path.Combine(Folder, "appendonlydir")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    public ValueTask DisposeAsync()
    {
        Topics.Dispose();
        Emulator.Dispose();
        Redis?.Dispose();
        if (!_keepsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }

        return ValueTask.CompletedTask;
    }
}
