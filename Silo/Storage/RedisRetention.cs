using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Gives records in Redis that have no expiry one: those of older versions, also of silos that still run while a rolling upgrade
/// lasts. Redis itself removes what has expired. One silo does it for all, once a day; if it ends meanwhile another begins within
/// an hour, and nothing speaks against doing it twice.
/// </summary>
internal sealed class RedisRetention(ConfigurationOptions client, string serviceId, string prefix, TimeSpan retention)
{
    private const int Page = 500;

    private static readonly TimeSpan _whileAtWork = TimeSpan.FromHours(1);
    private static readonly TimeSpan _afterwards = TimeSpan.FromDays(1);

    private readonly RedisKey _claim = $"{serviceId}/retention";

    /// <returns>The number of records that got an expiry; zero also where it is not this silo's turn.</returns>
    /// <exception cref="RedisException">The server is away, or refuses a command.</exception>
    public async Task<int> PassAsync(CancellationToken cancel)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(client.Clone());
        var database = redis.GetDatabase();
        if (!await database.StringSetAsync(_claim, "1", _whileAtWork, When.NotExists))
        {
            return 0;
        }

        var dated = 0;
        foreach (var server in redis.GetServers().Where(server => server.IsConnected && !server.IsReplica))
        {
            dated += await PassAsync(server, database, cancel);
        }

        await database.KeyExpireAsync(_claim, _afterwards);
        return dated;
    }

    private async Task<int> PassAsync(IServer server, IDatabase database, CancellationToken cancel)
    {
        var dated = 0;
        var page = new List<RedisKey>(Page);
        await foreach (var key in server.KeysAsync(database.Database, $"{Escape(prefix)}*", Page).WithCancellation(cancel))
        {
            page.Add(key);
            if (page.Count == Page)
            {
                dated += await DateAsync(database, page);
                page.Clear();
            }
        }

        return dated + await DateAsync(database, page);
    }

    /// <summary>A write between the two commands gives the record the same expiry, so neither undoes the other's.</summary>
    private async Task<int> DateAsync(IDatabase database, List<RedisKey> keys)
    {
        var expiries = await Task.WhenAll(keys.Select(key => database.KeyTimeToLiveAsync(key)));
        var undated = keys.Zip(expiries).Where(record => record.Second is null).Select(record => record.First);
        return (await Task.WhenAll(undated.Select(key => database.KeyExpireAsync(key, retention)))).Count(done => done);
    }

    /// <summary>The service id may hold characters that mean something in a pattern.</summary>
    private static string Escape(string text) => string.Concat(text.Select(c => c is '*' or '?' or '[' or ']' or '\\' or '^' ? $"\\{c}" : $"{c}"));
}
