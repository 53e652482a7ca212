using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>One write or removal: it concerns one record, or none where the stored record is another one than it names.</summary>
internal sealed class StoreChange(string key, string? etag, StoreRecord? next, TimeSpan? retention = null) : StoreWork
{
    /// <summary>Whose record.</summary>
    public string Key { get; } = key;

    /// <summary>The record it replaces; null where there must be none.</summary>
    public string? Etag { get; } = etag;

    /// <summary>The record that takes its place; null to remove it.</summary>
    public StoreRecord? Next { get; } = next;

    /// <summary>How long the record stays unless it is written again; null for good.</summary>
    public TimeSpan? Retention { get; } = retention;

    public override bool IsChore => false;

    public override int Apply(StoreStatements statements, SqliteTransaction transaction, DateTimeOffset now) =>
        statements.Apply(this, transaction, now) ? 1 : 0;
}
