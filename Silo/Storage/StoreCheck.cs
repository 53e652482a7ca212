using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Reads every page of the store once after it was opened, in the background: so a damaged page shows while there is a backup, and not
/// when its record is next needed. Nothing waits for it; the log is folded in when it has ended.
/// </summary>
internal sealed class StoreCheck : IAsyncDisposable
{
    private const int StepsBetweenLooks = 10_000;

    private readonly StoreGuard _guard;
    private readonly SqliteConnection _connection;
    private readonly Task _run;
    private volatile bool _isStopping;

    /// <summary>Takes over the connection.</summary>
    public StoreCheck(SqliteConnection connection, StoreGuard guard)
    {
        _connection = connection;
        _guard = guard;
        raw.sqlite3_progress_handler(connection.Handle!, StepsBetweenLooks, _ => _isStopping ? 1 : 0, null);
        _run = Task.Run(Run);
    }

    /// <summary>Once it has read all, or was stopped.</summary>
    public Task Done => _run;

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await _run;
        _guard.LeaveIfLost(_connection);
        await _connection.DisposeAsync();
    }

    private void Run()
    {
        try
        {
            if (StoreDatabase.FaultOf(_connection) is { } fault)
            {
                _guard.Damaged(fault);
            }
        }
        catch (SqliteException fault)
        {
            // What is not damage, such as a disk that fails, shows in the store's use.
            _guard.Judge(fault);
        }
    }
}
