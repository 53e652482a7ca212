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
    private readonly StoreGuard _guard;
    private readonly StoreClock _clock;
    private readonly StoreWriter _writer;
    private readonly StoreReader _reader;
    private readonly StoreCheck _check;

    private EmbeddedStore(StoreFolder folder, bool isNew, StoreGuard guard, SqliteConnection writer, long cache, TimeProvider time)
    {
        _folder = folder;
        _guard = guard;
        _clock = new StoreClock(time, StoreDatabase.MarkOf(writer));
        IsNew = isNew;
        _reader = new StoreReader(StoreDatabase.OpenReader(folder.Database, cache), guard, _clock);
        _check = new StoreCheck(StoreDatabase.OpenReader(folder.Database, StoreMemory.Least), guard);
        _writer = new StoreWriter(writer, guard, _clock);
    }

    /// <summary>Whether this start made it: it holds nothing from before.</summary>
    public bool IsNew { get; }

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
        await _writer.ApplyAsync(new StoreChange(key, etag, record, retention)).ConfigureAwait(false) == 1;

    /// <summary>Removes the record with this etag (null: there must be none), on disk when the task ends.</summary>
    /// <returns>False, and nothing changed, where the stored record is another one.</returns>
    public async Task<bool> RemoveAsync(string key, string? etag) => await _writer.ApplyAsync(new StoreChange(key, etag, null)).ConfigureAwait(false) == 1;

    /// <summary>Removes some of the records that have expired; zero when there is none. Their room in the file is used again.</summary>
    public Task<int> SweepAsync(int most) => _writer.ApplyAsync(new StoreSweep(most, _clock));

    /// <summary>
    /// Writes a record of no meaning and reads it in the file anew, so that a disk that takes no writes shows, and a file that is no longer
    /// the store. One at a time.
    /// </summary>
    /// <exception cref="SqliteException">The disk refused it.</exception>
    /// <exception cref="IOException">The file cannot be opened any more; the message says what to do.</exception>
    /// <exception cref="StoreLostException">The store is not the one that was opened, or is damaged.</exception>
    public async Task ProbeAsync()
    {
        var last = await ReadAsync(ProbeKey);
        var next = new StoreRecord(Guid.NewGuid().ToString("N"), []);
        await WriteAsync(ProbeKey, last?.Etag, next);
        await Task.Run(() => _guard.LookInside(ProbeKey, next.Etag));
    }

    /// <summary>Once every page has been read after the start, in the background.</summary>
    public Task CheckedAsync() => _check.Done;

    /// <summary>Finishes the writes that were given, and gives the folder back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _check.DisposeAsync();
        await _writer.DisposeAsync();
        await _reader.DisposeAsync();
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
        var file = folder.Database;
        SqliteConnection? writer = null;
        try
        {
            var isNew = StoreIdentity.IsNew(folder);
            if (isNew)
            {
                StoreDatabase.Create(file);
            }

            writer = StoreDatabase.OpenWriter(file, cache / 2);
            var id = StoreDatabase.IdOf(writer) ?? throw new StoreStartException($"storage.path: {StoreFault.Damaged(file, "it has no id")}");
            StoreIdentity.Match(folder, id);
            return new EmbeddedStore(folder, isNew, new StoreGuard(file, id), writer, cache / 2, time);
        }
        catch (Exception fault)
        {
            writer?.Dispose();
            if (Refusal(file, fault) is { } refusal)
            {
                throw new StoreStartException($"storage.path: {refusal}", fault);
            }

            throw;
        }
    }

    private static string? Refusal(string file, Exception fault) => fault switch
    {
        SqliteException sqlite => StoreFault.Tell(file, sqlite),
        UnauthorizedAccessException => StoreFault.NoRight(file, fault.Message),
        IOException => $"the store '{file}' cannot be made or read ({fault.Message}). Make room for it, or name another folder.",
        _ => null,
    };
}
