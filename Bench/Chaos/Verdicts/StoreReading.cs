using Microsoft.Data.Sqlite;
using OrleansSie.Bench.Chaos.Grounds;

namespace OrleansSie.Bench.Chaos.Verdicts;

/// <summary>Reads every grain's record out of the store, past the silos; the silos' own probe is none.</summary>
internal static class StoreReading
{
    private const string Prefix = "orleans-sie/state/";
    private const int Batch = 500;

    public static Task<List<StoredRecord>> AllAsync(Ground ground) =>
        ground.Redis is { } redis ? OfRedisAsync(redis) : Task.FromResult(OfFile(ground.Data));

    private static async Task<List<StoredRecord>> OfRedisAsync(RedisPart redis)
    {
        await using var connection = await redis.ConnectAsync();
        var keys = connection.GetServers()[0].Keys(pattern: Prefix + "*", pageSize: 1_000).Distinct().ToList();
        var records = new List<StoredRecord>(keys.Count);
        foreach (var batch in keys.Chunk(Batch))
        {
            var values = await Task.WhenAll(batch.Select(key => connection.GetDatabase().HashGetAsync(key, "data")));
            records.AddRange(batch.Zip(values).Where(r => !r.Second.IsNull).Select(r => new StoredRecord(r.First.ToString(), (byte[])r.Second!)));
        }

        return records;
    }

    private static List<StoredRecord> OfFile(string folder)
    {
        var file = Path.Combine(folder, "state.db");
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT key, data FROM state WHERE substr(key, 1, length($prefix)) = $prefix";
        command.Parameters.AddWithValue("$prefix", Prefix);
        using var reader = command.ExecuteReader();
        var records = new List<StoredRecord>();
        while (reader.Read())
        {
            records.Add(new StoredRecord(reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        }

        return records;
    }
}
