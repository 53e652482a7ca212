using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// The prepared statements of the writer; each changes a record only if it is the one that the change names. A record that has
/// expired is none, whether it is removed yet or not.
/// </summary>
internal sealed class StoreStatements : IDisposable
{
    private const string Lives = "(expires IS NULL OR expires > $now)";

    // Every statement has those of these that it names: a value is set once and bound wherever it is needed.
    private readonly SqliteParameter _key = new("$key", SqliteType.Text);
    private readonly SqliteParameter _etag = new("$etag", SqliteType.Text);
    private readonly SqliteParameter _next = new("$next", SqliteType.Text);
    private readonly SqliteParameter _data = new("$data", SqliteType.Blob);
    private readonly SqliteParameter _expires = new("$expires", SqliteType.Integer);
    private readonly SqliteParameter _now = new("$now", SqliteType.Integer);
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _exists;

    public StoreStatements(SqliteConnection connection)
    {
        _insert = Prepare(
            connection,
            """
            INSERT INTO state (key, etag, data, expires) VALUES ($key, $next, $data, $expires)
            ON CONFLICT (key) DO UPDATE SET etag = $next, data = $data, expires = $expires WHERE state.expires <= $now
            """,
            _key, _next, _data, _expires, _now);
        _update = Prepare(
            connection,
            $"UPDATE state SET etag = $next, data = $data, expires = $expires WHERE key = $key AND etag = $etag AND {Lives}",
            _key, _etag, _next, _data, _expires, _now);
        _delete = Prepare(connection, $"DELETE FROM state WHERE key = $key AND etag = $etag AND {Lives}", _key, _etag, _now);
        _exists = Prepare(connection, $"SELECT count(*) FROM state WHERE key = $key AND {Lives}", _key, _now);
    }

    /// <summary>False where the stored record is another one than the change names.</summary>
    public bool Apply(StoreChange change, SqliteTransaction transaction, DateTimeOffset now)
    {
        _key.Value = change.Key;
        _now.Value = now.ToUnixTimeMilliseconds();
        _etag.Value = change.Etag;
        if (change.Next is not { } next)
        {
            return change.Etag is null
                ? Convert.ToInt64(In(_exists, transaction).ExecuteScalar(), null) == 0
                : In(_delete, transaction).ExecuteNonQuery() == 1;
        }

        _next.Value = next.Etag;
        _data.Value = next.Data;
        _expires.Value = change.Retention is { } retention ? (now + retention).ToUnixTimeMilliseconds() : DBNull.Value;
        return In(change.Etag is null ? _insert : _update, transaction).ExecuteNonQuery() == 1;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _update.Dispose();
        _delete.Dispose();
        _exists.Dispose();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, params SqliteParameter[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddRange(parameters);
        command.Prepare();
        return command;
    }

    private static SqliteCommand In(SqliteCommand command, SqliteTransaction transaction)
    {
        command.Transaction = transaction;
        return command;
    }
}
