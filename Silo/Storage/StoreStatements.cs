using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// The prepared statements of the writer; each changes a record only if it is the one that the change names. A record that has
/// expired is none, whether it is removed yet or not.
/// </summary>
internal sealed class StoreStatements : IDisposable
{
    private const string Lives = "(expires IS NULL OR expires > $now)";

    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _exists;

    public StoreStatements(SqliteConnection connection)
    {
        _insert = Prepare(connection, """
            INSERT INTO state (key, etag, data, expires) VALUES ($key, $next, $data, $expires)
            ON CONFLICT (key) DO UPDATE SET etag = $next, data = $data, expires = $expires WHERE state.expires <= $now
            """);
        _update = Prepare(connection, $"UPDATE state SET etag = $next, data = $data, expires = $expires WHERE key = $key AND etag = $etag AND {Lives}");
        _delete = Prepare(connection, $"DELETE FROM state WHERE key = $key AND etag = $etag AND {Lives}");
        _exists = Prepare(connection, $"SELECT count(*) FROM state WHERE key = $key AND {Lives}");
    }

    /// <summary>False where the stored record is another one than the change names.</summary>
    public bool Apply(StoreChange change, SqliteTransaction transaction, DateTimeOffset now) => change switch
    {
        { Next: null, Etag: null } => Convert.ToInt64(Bind(_exists, change, transaction, now).ExecuteScalar(), null) == 0,
        { Next: null } => Bind(_delete, change, transaction, now).ExecuteNonQuery() == 1,
        { Etag: null } => Bind(_insert, change, transaction, now).ExecuteNonQuery() == 1,
        _ => Bind(_update, change, transaction, now).ExecuteNonQuery() == 1,
    };

    public void Dispose()
    {
        _insert.Dispose();
        _update.Dispose();
        _delete.Dispose();
        _exists.Dispose();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in (string[])["$key", "$etag", "$next", "$data", "$expires", "$now"])
        {
            if (sql.Contains(name, StringComparison.Ordinal))
            {
                command.Parameters.Add(name, name switch
                {
                    "$data" => SqliteType.Blob,
                    "$expires" or "$now" => SqliteType.Integer,
                    _ => SqliteType.Text,
                });
            }
        }

        command.Prepare();
        return command;
    }

    private static SqliteCommand Bind(SqliteCommand command, StoreChange change, SqliteTransaction transaction, DateTimeOffset now)
    {
        command.Transaction = transaction;
        foreach (SqliteParameter parameter in command.Parameters)
        {
            parameter.Value = parameter.ParameterName switch
            {
                "$key" => change.Key,
                "$etag" => change.Etag,
                "$next" => change.Next?.Etag,
                "$expires" => change.Retention is { } retention ? (now + retention).ToUnixTimeMilliseconds() : DBNull.Value,
                "$now" => now.ToUnixTimeMilliseconds(),
                _ => change.Next?.Data,
            };
        }

        return command;
    }
}
