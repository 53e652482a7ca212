using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>Removes records that have expired, the oldest first, and notes the clock by which they have.</summary>
/// <param name="most">No more than these at once.</param>
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
