using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Brings changes to the disk in the order they were given, all that wait at once in one commit: so a sync of the disk
/// is shared by every writer of that moment. A change is answered after its commit has returned, never before.
/// </summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    private const int MostInOneCommit = 1_000;

    private readonly Channel<StoreChange> _changes = Channel.CreateUnbounded<StoreChange>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SqliteConnection _connection;
    private readonly StoreStatements _statements;
    private readonly Task _loop;

    /// <summary>Takes over the connection.</summary>
    public StoreWriter(SqliteConnection connection)
    {
        _connection = connection;
        _statements = new StoreStatements(connection);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>True once the change is on disk; false where the stored record is another one than it names.</summary>
    /// <exception cref="SqliteException">The disk refused it; nothing was changed.</exception>
    public Task<bool> ApplyAsync(StoreChange change)
    {
        ObjectDisposedException.ThrowIf(!_changes.Writer.TryWrite(change), this);
        return change.Done;
    }

    /// <summary>Finishes what was given, and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await _loop;
        _statements.Dispose();
        await _connection.DisposeAsync();
    }

    private async Task RunAsync()
    {
        var batch = new List<StoreChange>(MostInOneCommit);
        while (await _changes.Reader.WaitToReadAsync())
        {
            while (batch.Count < MostInOneCommit && _changes.Reader.TryRead(out var change))
            {
                batch.Add(change);
            }

            Commit(batch);
            batch.Clear();
        }
    }

    /// <summary>Any fault is given to the writers of this commit, who know what it means for them; the next commit is tried anew.</summary>
    private void Commit(List<StoreChange> batch)
    {
        var applied = new bool[batch.Count];
        try
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            for (var index = 0; index < batch.Count; index++)
            {
                applied[index] = _statements.Apply(batch[index], transaction);
            }

            transaction.Commit();
        }
        catch (Exception fault)
        {
            batch.ForEach(change => change.Fail(fault));
            return;
        }

        for (var index = 0; index < batch.Count; index++)
        {
            batch[index].Complete(applied[index]);
        }
    }
}
