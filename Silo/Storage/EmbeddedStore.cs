using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// A store inside this process, in a folder that one process holds. What it has acknowledged is on disk, also after a SIGKILL or a power
/// loss. Dispose it after the silo has stopped.
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

    /// <summary>Whether this start made the store: it holds nothing from before.</summary>
    public bool IsNew { get; }

    /// <summary>Opens the folder and recovers what it holds.</summary>
    /// <exception cref="StoreStartException">The folder, the memory setting or what the folder holds is at fault.</exception>
    public static Task<EmbeddedStore> StartAsync(EmbeddedStoreSettings settings, CancellationToken ct) => Task.Run(() => Start(settings), ct);

    /// <summary>The record of a key as of the last write answered before this call; null where there is none, or it has expired.</summary>
    public Task<StoreRecord?> ReadAsync(string key) => _reader.ReadAsync(key);

    /// <summary>Replaces the record with this etag (null: there must be none). The new record is on disk when the task ends.</summary>
    /// <param name="key">The key of the record.</param>
    /// <param name="etag">The etag of the record that it replaces.</param>
    /// <param name="record">The record.</param>
    /// <param name="retention">The record expires after this time unless it is written again; null for never.</param>
    /// <returns>False, and nothing changed, where the stored record is another one.</returns>
    public async Task<bool> WriteAsync(string key, string? etag, StoreRecord record, TimeSpan? retention = null) =>
        await _writer.ApplyAsync(new StoreChange(key, etag, record, retention)).ConfigureAwait(false) == 1;

    /// <summary>Removes the record with this etag (null: there must be none). It is gone from the disk when the task ends.</summary>
    /// <returns>False, and nothing changed, where the stored record is another one.</returns>
    public async Task<bool> RemoveAsync(string key, string? etag) => await _writer.ApplyAsync(new StoreChange(key, etag, null)).ConfigureAwait(false) == 1;

    /// <summary>Removes some of the records that have expired. Their room in the file is used again.</summary>
    /// <returns>How many it removed; zero when none has expired.</returns>
    public Task<int> SweepAsync(int most) => _writer.ApplyAsync(new StoreSweep(most, _clock));

    /// <summary>
    /// Writes a test record and reads it through a new connection. So it finds a disk that takes no writes, and a file that is no longer the
    /// store. One call at a time.
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

    /// <summary>Ends when every page has been read after the start, in the background.</summary>
    public Task CheckedAsync() => _check.Done;

    /// <summary>Finishes the writes that were given, and releases the folder.</summary>
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
            var isNew = folder.IsNew();
            if (isNew)
            {
                StoreDatabase.Create(file);
            }

            writer = StoreDatabase.OpenWriter(file, cache / 2);
            var id = StoreDatabase.IdOf(writer) ?? throw new StoreStartException($"storage.path: {StoreErrors.Damaged(file, "it has no id")}");
            folder.Match(id);
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
        SqliteException sqlite => StoreErrors.Tell(file, sqlite),
        UnauthorizedAccessException => StoreErrors.NoRight(file, fault.Message),
        IOException => $"the store '{file}' cannot be made or read ({fault.Message}). Make room for it, or name another folder.",
        _ => null,
    };
}

/// <summary>The settings of an embedded store.</summary>
internal sealed record EmbeddedStoreSettings
{
    /// <summary>The folder of the store (<c>storage.path</c>); created for its owner alone when it is absent.</summary>
    public required string Path { get; init; }

    /// <summary>How much of the data is cached in memory, such as <c>64m</c>; the rest is read from the folder. At least 1m.</summary>
    public string Memory { get; init; } = "64m";

    /// <summary>The clocks that decide when records expire: see <see cref="StoreClock"/>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>The size of the embedded store's cache.</summary>
internal static class StoreMemory
{
    private const long Kilo = 1024;
    private const long Mega = 1024 * Kilo;

    /// <summary>The smallest cache, in bytes.</summary>
    public const long Least = Mega;

    /// <summary>Bytes of a size such as <c>64m</c>; k, m and g count in powers of 1024.</summary>
    /// <exception cref="StoreStartException">Not a size, or not 1m to 1024g.</exception>
    public static long Parse(string size)
    {
        var text = size.Trim().ToLowerInvariant();
        var unit = text.Length == 0 ? 0 : text[^1] switch { 'k' => Kilo, 'm' => Mega, 'g' => 1024 * Mega, >= '0' and <= '9' => 1, _ => 0 };
        var digits = unit > 1 ? text[..^1] : text;
        if (unit == 0 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > 1024 * 1024 * Mega / unit || count * unit < Least)
        {
            throw new StoreStartException($"storage.memory: '{size}' is not a size of 1m to 1024g. Write it as in 64m or 1g.");
        }

        return count * unit;
    }
}

/// <summary>One stored state: the serialized bytes, and the etag that the next write must name.</summary>
internal sealed record StoreRecord(string Etag, byte[] Data)
{
    /// <summary>A different etag each time.</summary>
    public static string NewEtag()
    {
        Span<byte> bytes = stackalloc byte[9];
        RandomNumberGenerator.Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
