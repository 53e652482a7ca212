using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Bench.Load;

/// <summary>
/// What one run stands on: a folder, Google's emulator, and a Redis where silos need one. The emulator keeps every message in memory, so
/// each run has its own.
/// </summary>
internal sealed class LoadParts : IAsyncDisposable
{
    // An exporter is stopped while messages are published; what it had asked for stays its own.
    private const int AckDeadlineSeconds = 60;
    private const int EmulatorMegabytes = 4_000;

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    private readonly bool _keepsFolder;
    private readonly PubSubRest _pubSub;

    private LoadParts(string folder, bool keepsFolder, EmulatorPart emulator, CancellationToken cancellationToken)
    {
        Folder = folder;
        _keepsFolder = keepsFolder;
        Emulator = emulator;
        _pubSub = new PubSubRest(emulator.Host, ChaosEnvironment.Project, _patience, cancellationToken);
    }

    /// <summary>Logs and data of the run.</summary>
    public string Folder { get; }

    /// <summary>The folder of the embedded store.</summary>
    public string Data => Path.Combine(Folder, "data");

    public EmulatorPart Emulator { get; }

    /// <summary>A Redis that syncs every second; null with another store.</summary>
    public RedisServer? Redis { get; private set; }

    public static async Task<LoadParts> StartAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        var folder = options.Into is { } into ? Directory.CreateDirectory(into).FullName : Directory.CreateTempSubdirectory("sie-load-").FullName;
        var parts = new LoadParts(folder, options.Into is not null, await EmulatorPart.StartAsync(folder, cancellationToken, EmulatorMegabytes), cancellationToken);
        try
        {
            await parts._pubSub.CreateAsync(AckDeadlineSeconds);
            parts.Redis = options.Storage == LoadStorage.redis ? await RedisServer.StartAsync(folder, RedisServer.Durable("everysec"), cancellationToken) : null;
            return parts;
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Publishes all, as fast as they are taken.</summary>
    public Task PublishAsync(bool toCreations, IEnumerable<byte[]> entries) => _pubSub.PublishAsync(Topics.Of(toCreations), entries);

    /// <summary>What the store has on the disk.</summary>
    public long BytesOfStore() =>
        new DirectoryInfo(Redis?.Data ?? Data).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    public ValueTask DisposeAsync()
    {
        _pubSub.Dispose();
        Emulator.Dispose();
        Redis?.Dispose();
        if (!_keepsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }

        return ValueTask.CompletedTask;
    }
}
