using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>One piece of work of the writer. It is answered after its commit has returned, never before.</summary>
internal abstract class StoreWork
{
    private readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The number of records that it concerned, once it is on disk.</summary>
    public Task<int> Done => _done.Task;

    /// <summary>Whether it gets a commit of its own, so that its fault fails no other work.</summary>
    public abstract bool IsChore { get; }

    /// <summary>Does it, in the writer's loop.</summary>
    /// <returns>The number of records that it concerned.</returns>
    public abstract int Apply(StoreStatements statements, SqliteTransaction transaction, DateTimeOffset now);

    public void Complete(int records) => _done.TrySetResult(records);

    public void Fail(Exception fault) => _done.TrySetException(fault);
}

/// <summary>One write or removal. It concerns one record, or none where the stored record is not the one that it names.</summary>
internal sealed class StoreChange(string key, string? etag, StoreRecord? next, TimeSpan? retention = null) : StoreWork
{
    /// <summary>The key of the record.</summary>
    public string Key { get; } = key;

    /// <summary>The etag of the record that it replaces; null where there must be none.</summary>
    public string? Etag { get; } = etag;

    /// <summary>The new record; null to remove the old one.</summary>
    public StoreRecord? Next { get; } = next;

    /// <summary>How long the record stays unless it is written again; null for ever.</summary>
    public TimeSpan? Retention { get; } = retention;

    public override bool IsChore => false;

    public override int Apply(StoreStatements statements, SqliteTransaction transaction, DateTimeOffset now) =>
        statements.Apply(this, transaction, now) ? 1 : 0;
}

/// <summary>Removes records that have expired, the oldest first, and notes the store's clock.</summary>
/// <param name="most">How many it removes at most.</param>
/// <param name="clock">The clock.</param>
internal sealed class StoreSweep(int most, StoreClock clock) : StoreWork
{
    public override bool IsChore => true;

    public override int Apply(StoreStatements statements, SqliteTransaction transaction, DateTimeOffset now)
    {
        StoreDatabase.Note(transaction, clock.Mark());
        using var remove = transaction.Connection!.CreateCommand();
        remove.Transaction = transaction;
        remove.CommandText = "DELETE FROM state WHERE rowid IN (SELECT rowid FROM state WHERE expires <= $now ORDER BY expires LIMIT $most)";
        remove.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
        remove.Parameters.AddWithValue("$most", most);
        return remove.ExecuteNonQuery();
    }
}

/// <summary>
/// The prepared statements of the writer. Each changes a record only if it is the one that the change names. A record that has expired
/// counts as absent, whether it is removed yet or not.
/// </summary>
internal sealed class StoreStatements : IDisposable
{
    private const string Lives = "(expires IS NULL OR expires > $now)";

    // The statements share these parameters: a value is set once and bound in each statement that names it.
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

    /// <summary>Applies a change; false where the stored record is not the one that the change names.</summary>
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
