using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Writes changes to the disk in the order they were given. All that wait at the same time are one commit, so that they share one sync of
/// the disk. A chore comes after them, in a commit of its own.
/// </summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    private const int MostInOneCommit = 1_000;

    private readonly Channel<StoreWork> _work = Channel.CreateUnbounded<StoreWork>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SqliteConnection _connection;
    private readonly StoreStatements _statements;
    private readonly StoreGuard _guard;
    private readonly StoreClock _clock;
    private readonly Task _loop;

    /// <summary>Takes over the connection.</summary>
    public StoreWriter(SqliteConnection connection, StoreGuard guard, StoreClock clock)
    {
        _guard = guard;
        _connection = connection;
        _statements = new StoreStatements(connection);
        _clock = clock;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Does the work; the task ends when it is on disk, with the number of records that it concerned.</summary>
    /// <exception cref="SqliteException">The disk refused it; nothing was changed.</exception>
    /// <exception cref="StoreLostException">The store is not the one that was opened, or is damaged.</exception>
    public Task<int> ApplyAsync(StoreWork work)
    {
        ObjectDisposedException.ThrowIf(!_work.Writer.TryWrite(work), this);
        return work.Done;
    }

    /// <summary>Finishes what was given, and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _loop;
        _statements.Dispose();
        _guard.LeaveIfLost(_connection);
        await _connection.DisposeAsync();
    }

    private async Task RunAsync()
    {
        var changes = new List<StoreWork>(MostInOneCommit);
        var chores = new List<StoreWork>();
        while (await _work.Reader.WaitToReadAsync())
        {
            while (changes.Count < MostInOneCommit && _work.Reader.TryRead(out var work))
            {
                (work.IsChore ? chores : changes).Add(work);
            }

            Commit(changes);
            chores.ForEach(chore => Commit([chore]));
            changes.Clear();
            chores.Clear();
        }
    }

    /// <summary>Any fault goes to the callers that wait for this commit, who know what it means; the next commit is tried again.</summary>
    private void Commit(List<StoreWork> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var records = new int[batch.Count];
        try
        {
            _guard.ThrowIfLost();
            var now = _clock.Now;
            using var transaction = _connection.BeginTransaction(deferred: false);
            for (var index = 0; index < batch.Count; index++)
            {
                records[index] = batch[index].Apply(_statements, transaction, now);
            }

            transaction.Commit();
            _guard.LookAtPlace(_connection);
        }
        catch (Exception e)
        {
            var fault = _guard.Judge(e);
            batch.ForEach(work => work.Fail(fault));
            return;
        }

        for (var index = 0; index < batch.Count; index++)
        {
            batch[index].Complete(records[index]);
        }
    }
}
