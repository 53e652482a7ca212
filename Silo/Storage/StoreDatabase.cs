using Microsoft.Data.Sqlite;
using OrleansSie.Silo.Logging;
using SQLitePCL;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// The tables and the settings of the SQLite database. Its write-ahead log is synced to the disk on every commit, so that a commit that
/// has returned survives a SIGKILL and a power loss. SQLite copies the log into the database every few megabytes by itself, so disk space
/// and start-up time depend on the data, not on the history.
/// </summary>
internal static class StoreDatabase
{
    private const int Format = 3;

    /// <summary>Makes a new store. It is complete on disk before it gets its name, so what a crash leaves is never taken for a store.</summary>
    public static void Create(string file)
    {
        var draft = $"{file}.new";
        File.Delete(draft);
        File.Delete($"{draft}-journal");
        using (var connection = Open(draft, StoreMemory.Least, SqliteOpenMode.ReadWriteCreate))
        {
            Execute(connection, $"""
                BEGIN IMMEDIATE;
                CREATE TABLE state (key TEXT NOT NULL PRIMARY KEY, etag TEXT NOT NULL, data BLOB NOT NULL, expires INTEGER);
                CREATE INDEX state_expires ON state (expires) WHERE expires IS NOT NULL;
                CREATE TABLE store (id TEXT NOT NULL);
                INSERT INTO store VALUES ('{Guid.NewGuid():N}');
                PRAGMA application_id = {StoreFolder.Application};
                PRAGMA user_version = {Format};
                COMMIT;
                """);
        }

        File.Move(draft, file);
    }

    /// <summary>Opens the database for writing.</summary>
    /// <exception cref="StoreStartException">A newer version wrote it, or it cannot be written.</exception>
    public static SqliteConnection OpenWriter(string file, long cacheBytes)
    {
        var connection = Open(file, cacheBytes, SqliteOpenMode.ReadWrite);
        try
        {
            var format = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), null);
            if (format > Format)
            {
                throw new StoreStartException(
                    $"storage.path: '{file}' was written by a newer version (format {format}, this one reads {Format}). Run that version, or name another folder.");
            }

            if (raw.sqlite3_db_readonly(connection.Handle!, "main") != 0)
            {
                throw new StoreStartException($"storage.path: {StoreErrors.NoRight(file, "it is read-only")}");
            }

            Execute(connection, "PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS clock (store INTEGER NOT NULL, wall INTEGER NOT NULL);");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens one more connection, which sees every commit that has returned before its query.</summary>
    public static SqliteConnection OpenReader(string file, long cacheBytes) => Open(file, cacheBytes, SqliteOpenMode.ReadWrite);

    /// <summary>The id of the store; null where it has none.</summary>
    public static string? IdOf(SqliteConnection connection) => Scalar(connection, "SELECT id FROM store") as string;

    /// <summary>The etag of a record; null where there is none.</summary>
    public static string? EtagOf(SqliteConnection connection, string key) => Scalar(connection, "SELECT etag FROM state WHERE key = $key", key) as string;

    /// <summary>What is stored under a key; null where there is nothing.</summary>
    public static byte[]? DataOf(SqliteConnection connection, string key) => Scalar(connection, "SELECT data FROM state WHERE key = $key", key) as byte[];

    /// <summary>What was last noted of the store's clock; null before the first time.</summary>
    public static StoreMark? MarkOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT store, wall FROM clock";
        using var row = command.ExecuteReader();
        return row.Read()
            ? new StoreMark(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)))
            : null;
    }

    /// <summary>Notes the store's clock.</summary>
    public static void Note(SqliteTransaction transaction, StoreMark mark)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "DELETE FROM clock; INSERT INTO clock (store, wall) VALUES ($store, $wall)";
        command.Parameters.AddWithValue("$store", mark.Store.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$wall", mark.Wall.ToUnixTimeMilliseconds());
        command.ExecuteNonQuery();
    }

    /// <summary>Reads every page.</summary>
    /// <returns>The first damage found; null where all pages are sound.</returns>
    public static string? FaultOf(SqliteConnection connection) =>
        Scalar(connection, "PRAGMA quick_check(1)") is string answer and not "ok" ? OneLine.Of(answer) : null;

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string file, long cacheBytes, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -{cacheBytes / 1024};");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static object? Scalar(SqliteConnection connection, string sql, string? key = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (key is not null)
        {
            command.Parameters.AddWithValue("$key", key);
        }

        return command.ExecuteScalar();
    }
}

/// <summary>What a fault of SQLite means to the operator.</summary>
internal static class StoreErrors
{
    private const int Permission = 3;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int NoRoom = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;
    private const int NoRoomForTheIndexOfTheLog = 4874;

    /// <summary>Whether the stored data is damaged. It stays damaged.</summary>
    public static bool IsCorrupt(SqliteException fault) => fault.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>A sentence with the cause and what to do.</summary>
    public static string Tell(string file, SqliteException fault) => fault.SqliteErrorCode switch
    {
        _ when IsFull(fault) =>
            $"the disk is full, the store '{file}' cannot be opened ({fault.Message}). Make room and start again; all that was acknowledged is there.",
        Permission or ReadOnly or CannotOpen => NoRight(file, fault.Message),
        Corrupt or NotADatabase => Damaged(file, fault.Message),
        _ => $"the store '{file}' cannot be opened ({fault.Message}). Check its disk, or put a backup of the folder in its place.",
    };

    /// <summary>The user of this process lacks a right.</summary>
    public static string NoRight(string file, string cause) =>
        $"user {Environment.UserName} cannot read and write '{file}', or a file beside it ({cause}). Make this user their owner (chown), with the right to read and write (chmod u+rw).";

    /// <summary>The database is damaged.</summary>
    public static string Damaged(string file, string cause) =>
        $"the store '{file}' is corrupt ({cause}). Stop this process, put a backup of the folder in its place, and start again.";

    /// <summary>Whether the disk is full. The stored data is not damaged then.</summary>
    private static bool IsFull(SqliteException fault) =>
        fault.SqliteErrorCode == NoRoom || fault.SqliteExtendedErrorCode == NoRoomForTheIndexOfTheLog;
}
