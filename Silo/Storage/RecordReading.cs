using Microsoft.Data.Sqlite;
using OrleansSie.Silo.Configuration;
using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>Reads one record of the configured store from outside of a silo.</summary>
internal static class RecordReading
{
    /// <summary>The record of a key; null where there is none.</summary>
    /// <param name="key"><c>{kind}/{its key}</c> for a grain's main record, or <c>{kind}/{its key}/{record}</c>.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="StoreStartException">The store is not there, or cannot be read.</exception>
    /// <exception cref="RedisException">The store is away.</exception>
    public static Task<byte[]?> ReadAsync(string key, SieOptions options)
    {
        var full = $"{options.Clustering.ServiceId}/state/{key}";
        string[] keys = [$"{full}/{key.Split('/')[0]}", full];
        return options.Storage.Provider switch
        {
            StorageProvider.embedded => Task.Run(() => OfFile(FileOf(options), keys)),
            StorageProvider.redis => OfRedisAsync(options, keys),
            _ => throw new StoreStartException("storage.provider: the memory store is gone with its process; there is nothing to show."),
        };
    }

    /// <summary>The name of the store in messages.</summary>
    public static string NameOf(SieOptions options) => options.Storage.Provider == StorageProvider.redis
        ? $"the store at {RedisClient.NameOf(RedisClient.From(options.Storage.Redis))}"
        : $"the store '{FileOf(options)}'";

    private static string FileOf(SieOptions options) => StoreFolder.DatabaseIn(options.Storage.Path);

    private static byte[]? OfFile(string file, string[] keys)
    {
        if (!File.Exists(file))
        {
            throw new StoreStartException($"storage.path: there is no store '{file}'. Name the folder of one.");
        }

        try
        {
            var source = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
            using var connection = new SqliteConnection(source.ToString());
            connection.Open();
            return keys.Select(key => StoreDatabase.DataOf(connection, key)).FirstOrDefault(data => data is not null);
        }
        catch (SqliteException fault)
        {
            throw new StoreStartException($"storage.path: {StoreErrors.Tell(file, fault)}", fault);
        }
    }

    private static async Task<byte[]?> OfRedisAsync(SieOptions options, string[] keys)
    {
        var client = RedisClient.From(options.Storage.Redis);
        client.AbortOnConnectFail = true;
        await using var redis = await ConnectionMultiplexer.ConnectAsync(client);
        foreach (var key in keys)
        {
            if (await redis.GetDatabase().HashGetAsync(key, "data") is { IsNull: false } data)
            {
                return data;
            }
        }

        return null;
    }
}
