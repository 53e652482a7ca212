using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>Reads records on a connection of its own, one at a time, without waiting for writers.</summary>
internal sealed class StoreReader : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _select;
    private readonly StoreGuard _guard;
    private readonly StoreClock _clock;

    /// <summary>Takes over the connection.</summary>
    public StoreReader(SqliteConnection connection, StoreGuard guard, StoreClock clock)
    {
        _connection = connection;
        _guard = guard;
        _clock = clock;
        _select = connection.CreateCommand();
        _select.CommandText = "SELECT etag, data FROM state WHERE key = $key AND (expires IS NULL OR expires > $now)";
        _select.Parameters.Add("$key", SqliteType.Text);
        _select.Parameters.Add("$now", SqliteType.Integer);
        _select.Prepare();
    }

    /// <summary>The record as of the last change answered before this call; null where there is none, or it has expired.</summary>
    /// <exception cref="StoreLostException">The store is not the one that was opened, or is damaged.</exception>
    public async Task<StoreRecord?> ReadAsync(string key)
    {
        await _turn.WaitAsync();
        try
        {
            return await Task.Run(() => Read(key));
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _select.Dispose();
        _guard.LeaveIfLost(_connection);
        _connection.Dispose();
        _turn.Dispose();
    }

    /// <summary>A disk may be slow, and this call does not return meanwhile: it must not run on a grain's turn.</summary>
    private StoreRecord? Read(string key)
    {
        _guard.ThrowIfLost();
        try
        {
            _select.Parameters[0].Value = key;
            _select.Parameters[1].Value = _clock.Now.ToUnixTimeMilliseconds();
            using var row = _select.ExecuteReader();
            return row.Read() ? new StoreRecord(row.GetString(0), row.GetFieldValue<byte[]>(1)) : null;
        }
        catch (SqliteException fault) when (StoreFault.IsCorrupt(fault))
        {
            throw _guard.Judge(fault);
        }
    }
}
