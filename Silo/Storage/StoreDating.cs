using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Gives the records that were written before records expired their expiry, in the order of their keys. How far it has come is
/// stored in the same commit, so that it goes on there after a crash; once it has come to the end it finds nothing more, at once.
/// </summary>
/// <param name="prefix">What the keys of these records begin with; it ends in a slash.</param>
/// <param name="retention">How long they stay from now on.</param>
/// <param name="most">No more than these at once.</param>
internal sealed class StoreDating(string prefix, TimeSpan retention, int most) : StoreWork
{
    private const string Portion = "SELECT key FROM state WHERE key > $after AND key >= $prefix AND key < $end ORDER BY key LIMIT $most";

    // The character after the slash: all keys with the prefix are below it.
    private readonly string _end = $"{prefix[..^1]}0";

    public override bool IsChore => true;

    public override int Apply(StoreStatements statements, SqliteTransaction transaction, DateTimeOffset now)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT count(*) FROM sqlite_schema WHERE name = 'undated'";
        if (command.ExecuteScalar() is 0L)
        {
            return 0;
        }

        command.CommandText = "SELECT after FROM undated";
        command.Parameters.AddWithValue("$after", command.ExecuteScalar());
        command.Parameters.AddWithValue("$prefix", prefix);
        command.Parameters.AddWithValue("$end", _end);
        command.Parameters.AddWithValue("$most", most);
        command.Parameters.AddWithValue("$expires", (now + retention).ToUnixTimeMilliseconds());

        // A record written since has its expiry already, perhaps by another retention.
        command.CommandText = $"UPDATE state SET expires = $expires WHERE key IN ({Portion}) AND expires IS NULL";
        command.ExecuteNonQuery();
        return Advance(command);
    }

    /// <summary>Notes how far it has come, and forgets it at the end.</summary>
    private static int Advance(SqliteCommand command)
    {
        command.CommandText = $"SELECT count(*) FROM ({Portion})";
        var found = Convert.ToInt32(command.ExecuteScalar(), null);
        command.CommandText = found == 0 ? "DROP TABLE undated" : $"UPDATE undated SET after = (SELECT max(key) FROM ({Portion}))";
        command.ExecuteNonQuery();
        return found;
    }
}
