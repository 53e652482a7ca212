using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>Reads records on a connection of its own, one after the other, without waiting for writers.</summary>
internal sealed class StoreReader : IAsyncDisposable
{
    private readonly Channel<(string Key, TaskCompletionSource<StoreRecord?> Answer)> _questions =
        Channel.CreateUnbounded<(string Key, TaskCompletionSource<StoreRecord?> Answer)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _select;
    private readonly SqliteParameter _key;
    private readonly SqliteParameter _now;
    private readonly StoreGuard _guard;
    private readonly StoreClock _clock;
    private readonly Task _loop;

    /// <summary>Takes over the connection.</summary>
    public StoreReader(SqliteConnection connection, StoreGuard guard, StoreClock clock)
    {
        _connection = connection;
        _guard = guard;
        _clock = clock;
        _select = connection.CreateCommand();
        _select.CommandText = "SELECT etag, data FROM state WHERE key = $key AND (expires IS NULL OR expires > $now)";
        _key = _select.Parameters.Add("$key", SqliteType.Text);
        _now = _select.Parameters.Add("$now", SqliteType.Integer);
        _select.Prepare();
        _loop = Task.Run(RunAsync);
    }

    /// <summary>The record as of the last change answered before this call; null where there is none, or it has expired.</summary>
    /// <exception cref="StoreLostException">The store is not the one that was opened, or is damaged.</exception>
    public Task<StoreRecord?> ReadAsync(string key)
    {
        var answer = new TaskCompletionSource<StoreRecord?>(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(!_questions.Writer.TryWrite((key, answer)), this);
        return answer.Task;
    }

    /// <summary>Answers what was asked, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _questions.Writer.TryComplete();
        await _loop;
        await _select.DisposeAsync();
        _guard.LeaveIfLost(_connection);
        await _connection.DisposeAsync();
    }

    /// <summary>A read blocks its thread while the disk is slow: it must not run on a grain's turn.</summary>
    private async Task RunAsync()
    {
        await foreach (var (key, answer) in _questions.Reader.ReadAllAsync())
        {
            try
            {
                answer.SetResult(Read(key));
            }
            catch (Exception e)
            {
                // The caller knows what the fault means; the next question is tried again.
                answer.SetException(_guard.Judge(e));
            }
        }
    }

    private StoreRecord? Read(string key)
    {
        _guard.ThrowIfLost();
        _key.Value = key;
        _now.Value = _clock.Now.ToUnixTimeMilliseconds();
        using var row = _select.ExecuteReader();
        return row.Read() ? new StoreRecord(row.GetString(0), row.GetFieldValue<byte[]>(1)) : null;
    }
}
