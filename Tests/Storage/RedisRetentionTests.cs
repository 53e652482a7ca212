using OrleansSie.Silo.Storage;
using OrleansSie.Tests.EndToEnd;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>Records in a real Redis that an older version wrote, without an expiry, and are never written again.</summary>
public sealed class RedisRetentionTests : StoreFixture
{
    private const string Service = "s*";
    private const string Prefix = "s*/state/instance/";

    private static readonly TimeSpan _retention = TimeSpan.FromDays(45);

    [SystemFact]
    public async Task Pass_OverRecordsWithoutAnExpiry_GivesOneToEachInstanceAndToNothingElse()
    {
        using var server = await RealParts.RedisAsync(Folder);
        var client = RedisClient.From(server.ConnectionString);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(client);
        var redis = connection.GetDatabase();
        string[] others = ["s*/state/cluster/p/l/c/cluster", "s*/state/cluster/p/l/c/counted-a", "s*/state/cluster-index/i/cluster-index", "sx/state/instance/n/instance", "s*/probe"];
        foreach (var key in Enumerable.Range(0, 1_200).Select(KeyOf).Concat(others))
        {
            await redis.HashSetAsync(key, [new("etag", "e"), new("data", "{}")]);
        }

        await redis.KeyExpireAsync(KeyOf(7), TimeSpan.FromDays(3));

        Assert.Equal(1_199, await PassAsync(client));

        for (var number = 0; number < 1_200; number++)
        {
            var days = number == 7 ? 3 : 45;
            Assert.InRange((await redis.KeyTimeToLiveAsync(KeyOf(number)))!.Value, TimeSpan.FromDays(days) - TimeSpan.FromHours(1), TimeSpan.FromDays(days));
        }

        foreach (var key in others)
        {
            Assert.True(await redis.KeyExistsAsync(key));
            Assert.Null(await redis.KeyTimeToLiveAsync(key));
        }
    }

    [SystemFact]
    public async Task Pass_BySeveralSilos_IsMadeByOneADay()
    {
        using var server = await RealParts.RedisAsync(Folder);
        var client = RedisClient.From(server.ConnectionString);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(client);
        var redis = connection.GetDatabase();
        await redis.HashSetAsync(KeyOf(0), "etag", "e");

        var dated = await Task.WhenAll(PassAsync(client), PassAsync(client), PassAsync(client));

        Assert.Equal(1, dated.Sum());
        Assert.InRange((await redis.KeyTimeToLiveAsync("s*/retention"))!.Value, TimeSpan.FromHours(23), TimeSpan.FromDays(1));
        await redis.HashSetAsync(KeyOf(1), "etag", "e");
        Assert.Equal(0, await PassAsync(client));
        await redis.KeyDeleteAsync("s*/retention");
        Assert.Equal(1, await PassAsync(client));
    }

    [Fact]
    public async Task Pass_OverARedisThatIsAway_Fails() =>
        await Assert.ThrowsAnyAsync<RedisException>(() => PassAsync(RedisClient.From("127.0.0.1:1,connectTimeout=50")));

    private static string KeyOf(int number) => $"{Prefix}projects/p/zones/z/instances/n{number}/instance";

    private static Task<int> PassAsync(ConfigurationOptions client) => new RedisRetention(client, Service, Prefix, _retention).PassAsync(Cancel);
}
