using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Knows whether the file at the store's path still is the store that was opened, and whether it is sound. Once it is not, every use of
/// the store fails until the process ends: what its memory holds is not on that disk, and a file put back under it may be an older one.
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
    /// After each commit and before its answer: the file was still in its place. Two looks at the file system, which a commit's sync is
    /// slow against.
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

    /// <summary>Whoever opens the file anew finds this store in it, with the record that was written last.</summary>
    /// <exception cref="StoreLostException">It is another one, or overwritten.</exception>
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
            throw Judge(fault) is StoreLostException lost ? lost : new IOException(StoreFault.Tell(_file, fault), fault);
        }
    }

    /// <summary>The same fault, or the loss that it shows.</summary>
    public Exception Judge(Exception fault)
    {
        if (fault is not SqliteException sqlite || !StoreFault.IsCorrupt(sqlite))
        {
            return fault;
        }

        Damaged(sqlite.Message);
        return new StoreLostException(_lost!, fault);
    }

    /// <summary>It was read, and found damaged.</summary>
    public void Damaged(string cause) => _lost ??= StoreFault.Damaged(_file, cause);

    /// <summary>Before a connection is closed: what now has the store's name is not to be written or removed by it.</summary>
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

    /// <summary>SQLite's own answer, as it alone knows which file it has open. Not to be had by its packages; absent on Windows.</summary>
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial int Control(sqlite3 database, nint name, int operation, out int value);
}
