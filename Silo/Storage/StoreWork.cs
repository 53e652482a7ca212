using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>Something the writer does to the database; it is answered after the commit that holds it has returned, never before.</summary>
internal abstract class StoreWork
{
    private readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The number of records it concerned, once that is on disk.</summary>
    public Task<int> Done => _done.Task;

    /// <summary>Whether it gets a commit of its own, so that a fault of it is nobody else's.</summary>
    public abstract bool IsChore { get; }

    /// <summary>Does it, in the writer's loop.</summary>
    /// <returns>The number of records it concerned.</returns>
    public abstract int Apply(StoreStatements statements, SqliteTransaction transaction, DateTimeOffset now);

    public void Complete(int records) => _done.TrySetResult(records);

    public void Fail(Exception fault) => _done.TrySetException(fault);
}
