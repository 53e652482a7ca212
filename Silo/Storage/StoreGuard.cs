using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Knows whether the file at the store's path is still the store that was opened, and whether it is sound. Once it is not, every use of the
/// store fails until the process ends: what is in memory is not on that disk, and a file that was put back may be an older one.
/// </summary>
internal sealed partial class StoreGuard
{
    private const int HasMoved = 20;
    private const int NoSuchTable = 1;

    private readonly string _file;
    private readonly string _log;
    private readonly string _id;
    private volatile string? _lost;

    public StoreGuard(string file, string id)
    {
        _file = file;
        _log = $"{file}-wal";
        _id = id;
    }

    /// <exception cref="StoreLostException">The store was found lost.</exception>
    public void ThrowIfLost()
    {
        if (_lost is { } lost)
        {
            throw new StoreLostException(lost);
        }
    }

    /// <summary>
    /// Called after each commit and before its answer: the file was still in its place. It looks at the file system, which takes little time
    /// compared with the sync of a commit.
    /// </summary>
    /// <exception cref="StoreLostException">The commit went to a file that is no longer the store.</exception>
    public void LookAtPlace(SqliteConnection open)
    {
        if (Control(open.Handle!, 0, HasMoved, out var moved) == raw.SQLITE_OK && moved != 0)
        {
            throw Lost($"the store '{_file}' was deleted, moved or replaced while it was in use");
        }

        if (!File.Exists(_log))
        {
            throw Lost($"'{_log}' was deleted while the store was in use");
        }

        if (new FileInfo(_file) is { Exists: true, Length: 0 })
        {
            throw Lost($"the store '{_file}' was emptied while it was in use");
        }
    }

    /// <summary>Opens the file again and finds this store in it, with the record that was written last.</summary>
    /// <exception cref="StoreLostException">It is another store, or it was overwritten.</exception>
    /// <exception cref="IOException">It cannot be opened; the message says what to do.</exception>
    public void LookInside(string key, string etag)
    {
        ThrowIfLost();
        try
        {
            using var connection = StoreDatabase.OpenReader(_file, StoreMemory.Least);
            if (StoreDatabase.IdOf(connection) != _id || StoreDatabase.EtagOf(connection, key) != etag)
            {
                throw Lost($"the store '{_file}' was overwritten with another one while it was in use");
            }
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode == NoSuchTable)
        {
            throw Lost($"the store '{_file}' was overwritten while it was in use");
        }
        catch (SqliteException fault)
        {
            throw Judge(fault) is StoreLostException lost ? lost : new IOException(StoreErrors.Tell(_file, fault), fault);
        }
    }

    /// <summary>The same fault, or the loss that it shows.</summary>
    public Exception Judge(Exception fault)
    {
        if (fault is not SqliteException sqlite || !StoreErrors.IsCorrupt(sqlite))
        {
            return fault;
        }

        Damaged(sqlite.Message);
        return new StoreLostException(_lost!, fault);
    }

    /// <summary>The store was read, and is damaged.</summary>
    public void Damaged(string cause) => _lost ??= StoreErrors.Damaged(_file, cause);

    /// <summary>Called before a connection is closed: the connection must not write or remove the file that now has the store's name.</summary>
    public void LeaveIfLost(SqliteConnection connection)
    {
        if (_lost is not null)
        {
            raw.sqlite3_db_config(connection.Handle!, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        }
    }

    private StoreLostException Lost(string what)
    {
        _lost ??= $"{what}. Stop this process, put a backup of the folder in its place, and start again; on an empty folder it starts at zero.";
        return new StoreLostException(_lost);
    }

    /// <summary>SQLite's own answer: only SQLite knows which file it has open. Its packages do not have this call; it does not exist on Windows.</summary>
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int Control(sqlite3 database, nint name, int operation, out int value);
}

/// <summary>
/// Reads every page of the store once after it was opened, in the background. So a damaged page is found while there is a backup, and not
/// when its record is next needed. Nothing waits for it. SQLite empties its log when it has ended.
/// </summary>
internal sealed class StoreCheck : IAsyncDisposable
{
    private const int StepsBetweenLooks = 10_000;

    private readonly StoreGuard _guard;
    private readonly SqliteConnection _connection;
    private readonly Task _run;
    private volatile bool _isStopping;

    /// <summary>Takes over the connection.</summary>
    public StoreCheck(SqliteConnection connection, StoreGuard guard)
    {
        _connection = connection;
        _guard = guard;
        raw.sqlite3_progress_handler(connection.Handle!, StepsBetweenLooks, _ => _isStopping ? 1 : 0, null);
        _run = Task.Run(Run);
    }

    /// <summary>Ends when all pages were read, or it was stopped.</summary>
    public Task Done => _run;

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await _run;
        _guard.LeaveIfLost(_connection);
        await _connection.DisposeAsync();
    }

    private void Run()
    {
        try
        {
            if (StoreDatabase.FaultOf(_connection) is { } fault)
            {
                _guard.Damaged(fault);
            }
        }
        catch (SqliteException fault)
        {
            // Other faults, such as a disk that fails, show when the store is used.
            _guard.Judge(fault);
        }
    }
}
