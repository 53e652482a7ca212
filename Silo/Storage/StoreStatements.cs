using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>The prepared statements of the writer; each changes a record only if it is the one that the change names.</summary>
internal sealed class StoreStatements : IDisposable
{
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _exists;

    public StoreStatements(SqliteConnection connection)
    {
        _insert = Prepare(connection, "INSERT INTO state (key, etag, data) VALUES ($key, $next, $data) ON CONFLICT DO NOTHING");
        _update = Prepare(connection, "UPDATE state SET etag = $next, data = $data WHERE key = $key AND etag = $etag");
        _delete = Prepare(connection, "DELETE FROM state WHERE key = $key AND etag = $etag");
        _exists = Prepare(connection, "SELECT count(*) FROM state WHERE key = $key");
    }

    /// <summary>False where the stored record is another one than the change names.</summary>
    public bool Apply(StoreChange change, SqliteTransaction transaction) => change switch
    {
        { Next: null, Etag: null } => Convert.ToInt64(Bind(_exists, change, transaction).ExecuteScalar(), null) == 0,
        { Next: null } => Bind(_delete, change, transaction).ExecuteNonQuery() == 1,
        { Etag: null } => Bind(_insert, change, transaction).ExecuteNonQuery() == 1,
        _ => Bind(_update, change, transaction).ExecuteNonQuery() == 1,
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
        foreach (var name in (string[])["$key", "$etag", "$next", "$data"])
        {
            if (sql.Contains(name, StringComparison.Ordinal))
            {
                command.Parameters.Add(name, name == "$data" ? SqliteType.Blob : SqliteType.Text);
            }
        }

        command.Prepare();
        return command;
    }

    private static SqliteCommand Bind(SqliteCommand command, StoreChange change, SqliteTransaction transaction)
    {
        command.Transaction = transaction;
        foreach (SqliteParameter parameter in command.Parameters)
        {
            parameter.Value = parameter.ParameterName switch
            {
                "$key" => change.Key,
                "$etag" => change.Etag,
                "$next" => change.Next?.Etag,
                _ => change.Next?.Data,
            };
        }

        return command;
    }
}
