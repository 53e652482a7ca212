using Microsoft.Extensions.DependencyInjection;
using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Storage;
using OrleansSie.Tests.Grains;
using StackExchange.Redis;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Storage;

/// <summary>The product's own grains over the store as a silo registers it: which of their records expire.</summary>
public sealed class StateStorageTests : StoreFixture
{
    // A fraction of a second, which Redis would refuse.
    private static readonly TimeSpan _retention = TimeSpan.FromDays(45) + TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Records_InTheEmbeddedStore_ExpireForInstancesAlone()
    {
        var store = await StartAsync();
        await using var cluster = await ClusterAsync(new StoreClient(store));
        var before = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

        await CountOneAsync(cluster);

        var expires = DateTimeOffset.FromUnixTimeMilliseconds(Ask("SELECT expires FROM state WHERE key LIKE '%/state/instance/%/instance'"));
        Assert.InRange(expires, before + _retention, TimeProvider.System.GetUtcNow() + _retention);
        Assert.Equal(1, Ask("SELECT count(*) FROM state WHERE expires IS NOT NULL"));
        Assert.Equal(1, Ask("SELECT count(*) FROM state WHERE key LIKE '%/state/cluster/%/cluster' AND expires IS NULL"));
        Assert.Equal(1, Ask("SELECT count(*) FROM state WHERE key LIKE '%/state/cluster-index/%' AND expires IS NULL"));
    }

    [SystemFact]
    public async Task Records_InRedis_ExpireForInstancesAloneAndEachWriteRenewsIt()
    {
        using var server = await RealParts.RedisAsync(Folder);
        var client = RedisClient.From(server.ConnectionString);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(client);
        var redis = connection.GetDatabase();
        await using var cluster = await ClusterAsync(new StoreClient(redis: client, serviceId: "tests"));
        await CountOneAsync(cluster);

        var keys = connection.GetServers()[0].Keys(pattern: "*/state/*").Select(key => key.ToString()).ToList();
        var instance = Assert.Single(keys, key => key.Contains("/state/instance/", StringComparison.Ordinal));
        Assert.Equal($"{cluster.Cluster.Options.ServiceId}/state/instance/{Instance}/instance", instance);
        Assert.InRange((await redis.KeyTimeToLiveAsync(instance))!.Value, _retention - TimeSpan.FromHours(1), _retention + TimeSpan.FromSeconds(1));
        foreach (var key in keys.Where(key => key != instance))
        {
            Assert.Null(await redis.KeyTimeToLiveAsync(key));
        }

        Assert.Contains(keys, key => key.EndsWith("/cluster", StringComparison.Ordinal));
        Assert.Contains(keys, key => key.EndsWith("/cluster-index", StringComparison.Ordinal));

        // As an older version leaves it: without an expiry. Then as if the retention had nearly passed.
        await redis.KeyPersistAsync(instance);
        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("second")));
        Assert.InRange((await redis.KeyTimeToLiveAsync(instance))!.Value, _retention - TimeSpan.FromHours(1), _retention + TimeSpan.FromSeconds(1));
        await redis.KeyExpireAsync(instance, TimeSpan.FromMinutes(5));
        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted("third")));
        Assert.InRange((await redis.KeyTimeToLiveAsync(instance))!.Value, _retention - TimeSpan.FromHours(1), _retention + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Records_InMemory_AreKeptUnderBothNames()
    {
        await using var cluster = await ClusterAsync(new StoreClient());

        await CountOneAsync(cluster);

        Assert.Equal(Outcome.duplicate, await cluster.SendAsync(Interrupted()));
        Assert.Empty(cluster.Storage.Records);
    }

    private static async Task CountOneAsync(GrainCluster cluster)
    {
        Assert.Equal(Outcome.created, await cluster.SendAsync(Created()));
        Assert.Equal(Outcome.counted, await cluster.SendAsync(Interrupted()));
        Assert.Equal(1, await cluster.PreemptionsAsync(Cluster));
    }

    private static Task<GrainCluster> ClusterAsync(StoreClient store) => GrainCluster.StartAsync(configure: silo =>
    {
        silo.Services.AddSingleton(store);
        silo.Services.AddSingleton(new StormSettings());
        silo.Services.AddSingleton(new RetentionSettings(TimeSpan.FromHours(1), _retention));
        silo.Services.AddSingleton<MetricsRegistry>();
        silo.Services.AddSingleton<StoreMetrics>();
        silo.Services.AddSingleton<StoreHealth>();
        silo.AddState(store);
    });
}
