using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// The one place that knows SQLite: a write-ahead log that is synced to the disk on every commit, so that a commit which
/// has returned survives a SIGKILL and a power loss. SQLite copies the log into the database every few megabytes by itself,
/// so disk space and start-up time follow the data, not the history.
/// </summary>
internal static class StoreDatabase
{
    private const int Format = 2;
    private const int NoRoom = 13;
    private const int NoRoomForTheIndexOfTheLog = 4874;

    /// <summary>Opens the database for writing, and creates it where it is absent.</summary>
    /// <exception cref="StoreStartException">What the file holds is not ours, or of a newer version.</exception>
    public static SqliteConnection OpenWriter(string file, long cacheBytes)
    {
        var connection = Open(file, cacheBytes);
        try
        {
            var format = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), null);
            if (format > Format)
            {
                throw new StoreStartException(
                    $"storage.path: '{file}' was written by a newer version (format {format}, this one reads {Format}). Run that version, or name another folder.");
            }

            Execute(connection, "PRAGMA journal_mode = WAL");
            if (format < Format)
            {
                Upgrade(connection);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens one more connection, which sees every commit that has returned before its query.</summary>
    public static SqliteConnection OpenReader(string file, long cacheBytes) => Open(file, cacheBytes);

    /// <summary>Whether the disk has no room left; nothing that is stored is harmed then.</summary>
    public static bool IsFull(SqliteException fault) =>
        fault.SqliteErrorCode == NoRoom || fault.SqliteExtendedErrorCode == NoRoomForTheIndexOfTheLog;

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// From format 1, or from nothing, in one commit. It rewrites no record: those of format 1 have no expiry, and <c>undated</c> says
    /// that they are still to get one, and after which key.
    /// </summary>
    private static void Upgrade(SqliteConnection connection) => Execute(connection, $"""
        BEGIN IMMEDIATE;
        CREATE TABLE IF NOT EXISTS state (key TEXT NOT NULL PRIMARY KEY, etag TEXT NOT NULL, data BLOB NOT NULL);
        ALTER TABLE state ADD COLUMN expires INTEGER;
        CREATE INDEX state_expires ON state (expires) WHERE expires IS NOT NULL;
        CREATE TABLE undated (after TEXT NOT NULL);
        INSERT INTO undated VALUES ('');
        PRAGMA user_version = {Format};
        COMMIT;
        """);

    private static SqliteConnection Open(string file, long cacheBytes)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
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

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
