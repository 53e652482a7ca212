using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// A store inside this process, in a folder that one process holds: what it has acknowledged is on disk, also after a SIGKILL
/// or a power loss. Dispose it after the silo has stopped.
/// </summary>
internal sealed class EmbeddedStore : IAsyncDisposable
{
    private const string ProbeKey = "probe";

    private readonly StoreFolder _folder;
    private readonly StoreWriter _writer;
    private readonly StoreReader _reader;

    private EmbeddedStore(StoreFolder folder, StoreWriter writer, StoreReader reader)
    {
        _folder = folder;
        _writer = writer;
        _reader = reader;
    }

    /// <summary>Opens the folder and recovers what it holds.</summary>
    /// <exception cref="StoreStartException">The folder, the memory setting or what the folder holds is at fault.</exception>
    public static Task<EmbeddedStore> StartAsync(EmbeddedStoreSettings settings, CancellationToken ct) => Task.Run(() => Start(settings), ct);

    /// <summary>The record of a key as of the last write answered before this call; null where there is none, or it has expired.</summary>
    public Task<StoreRecord?> ReadAsync(string key) => _reader.ReadAsync(key);

    /// <summary>Puts a record in the place of the one with this etag (null: of none), on disk when the task ends.</summary>
    /// <param name="key">Whose record.</param>
    /// <param name="etag">The record it replaces.</param>
    /// <param name="record">The record.</param>
    /// <param name="retention">The record expires after this time unless it is written again; null for never.</param>
    /// <returns>False, and nothing changed, where the stored record is another one.</returns>
    public async Task<bool> WriteAsync(string key, string? etag, StoreRecord record, TimeSpan? retention = null) =>
        await _writer.ApplyAsync(new StoreChange(key, etag, record, retention)) == 1;

    /// <summary>Removes the record with this etag (null: there must be none), on disk when the task ends.</summary>
    /// <returns>False, and nothing changed, where the stored record is another one.</returns>
    public async Task<bool> RemoveAsync(string key, string? etag) => await _writer.ApplyAsync(new StoreChange(key, etag, null)) == 1;

    /// <summary>Gives some of the records under this prefix that an older version wrote an expiry; zero when all have one.</summary>
    public Task<int> DateAsync(string prefix, TimeSpan retention, int most) => _writer.ApplyAsync(new StoreDating(prefix, retention, most));

    /// <summary>Removes some of the records that have expired; zero when there is none. Their room in the file is used again.</summary>
    public Task<int> SweepAsync(int most) => _writer.ApplyAsync(new StoreSweep(most));

    /// <summary>Writes a record of no meaning, so that a disk that takes no writes shows.</summary>
    /// <exception cref="SqliteException">The disk refused it.</exception>
    public async Task ProbeAsync()
    {
        var last = await ReadAsync(ProbeKey);
        await WriteAsync(ProbeKey, last?.Etag, new StoreRecord(Guid.NewGuid().ToString("N"), []));
    }

    /// <summary>Finishes the writes that were given, and gives the folder back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _reader.Dispose();
        _folder.Dispose();
    }

    private static EmbeddedStore Start(EmbeddedStoreSettings settings)
    {
        var cache = StoreMemory.Parse(settings.Memory);
        var folder = StoreFolder.Open(settings.Path);
        try
        {
            return Open(folder, cache, settings.Time);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static EmbeddedStore Open(StoreFolder folder, long cache, TimeProvider time)
    {
        var file = Path.Combine(folder.Path, "state.db");
        SqliteConnection? writer = null;
        try
        {
            writer = StoreDatabase.OpenWriter(file, cache / 2);
            var reader = new StoreReader(StoreDatabase.OpenReader(file, cache / 2), time);
            return new EmbeddedStore(folder, new StoreWriter(writer, time), reader);
        }
        catch (SqliteException fault)
        {
            writer?.Dispose();
            throw StoreDatabase.IsFull(fault) ? Full(file, fault) : Unreadable(file, fault);
        }
    }

    private static StoreStartException Full(string file, Exception fault) => new(
        $"storage.path: the disk is full, the store '{file}' cannot be opened ({fault.Message}). Make room and start again; all that was acknowledged is there.", fault);

    private static StoreStartException Unreadable(string file, Exception fault) => new(
        $"storage.path: the store '{file}' cannot be opened ({fault.Message}). Put a backup of the folder in its place, "
        + "or name an empty folder to start without its history.", fault);
}
