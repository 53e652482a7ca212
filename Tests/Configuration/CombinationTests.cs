using OrleansSie.Silo.Configuration;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>Keys that are legal alone and impossible together.</summary>
public sealed class CombinationTests
{
    private const string StorageRedis = "storage: { provider: redis, redis: { connection_string: 'a:6379' } }\n";

    [Theory]
    [InlineData(
        "storage: { provider: redis }",
        "storage.provider is redis, but no server is given: set SIE__STORAGE__REDIS__CONNECTION_STRING, "
            + "or storage.redis.connection_string_file to a file that holds the connection string")]
    [InlineData(
        "clustering: { provider: kubernetes }",
        "storage.provider is embedded, which several silos cannot share, but clustering.provider is kubernetes: "
            + "set storage.provider to redis, or clustering.provider to localhost")]
    [InlineData(
        "clustering: { provider: redis, redis: { connection_string: 'a:6379' } }",
        "storage.provider is embedded, which several silos cannot share, but clustering.provider is redis: "
            + "set storage.provider to redis, or clustering.provider to localhost")]
    [InlineData(
        "clustering: { provider: redis, redis: { connection_string: 'a:6379' } }\nstorage: { provider: memory }",
        "storage.provider is memory, which several silos cannot share, but clustering.provider is redis: "
            + "set storage.provider to redis, or clustering.provider to localhost")]
    [InlineData(
        "clustering: { silo_port: 8090, gateway_port: 8090 }",
        "prometheus.port and clustering.silo_port and clustering.gateway_port have the same port 8090: give each its own port")]
    [InlineData(
        "instances: { retention: 20d }",
        "instances.retention is 20d, too short beside pubsub.message_retention, which is 7d: "
            + "give at least 21d: 14 days more, for which the Compute API keeps operations")]
    [InlineData(
        "instances: { retention: 44d }\npubsub: { message_retention: 31d }",
        "instances.retention is 44d, too short beside pubsub.message_retention, which is 31d: "
            + "give at least 45d: 14 days more, for which the Compute API keeps operations")]
    [InlineData(
        "clusters: { retention: 30d }",
        "clusters.retention is 30d, shorter than instances.retention, which is 45d: give at least 45d, or never")]
    [InlineData(
        "storm: { begin_ratio: 0.1, end_ratio: 0.2 }",
        "storm.end_ratio is 0.2, more than storm.begin_ratio, which is 0.1: give at most 0.1")]
    public void Combination_ThatCannotWork_IsRefused(string text, string fault) =>
        Assert.Equal([fault], Loading.Faults(Loading.Minimal + text));

    [Fact]
    public void ClusteringRedis_WithoutAnyServer_IsRefused() => Assert.Equal(
        [
            "clustering.provider is redis, but no server is given: set SIE__CLUSTERING__REDIS__CONNECTION_STRING, "
                + "or clustering.redis.connection_string_file to a file that holds the connection string",
            "storage.provider is embedded, which several silos cannot share, but clustering.provider is redis: "
                + "set storage.provider to redis, or clustering.provider to localhost",
        ],
        Loading.Faults(Loading.Minimal + "clustering: { provider: redis }"));

    [Theory]
    [InlineData("", "a:6379")]
    [InlineData("  redis: { connection_string: 'b:6379' }\n", "b:6379")]
    public void ClusteringRedis_WithoutItsOwnServer_TakesTheStoragesOne(string own, string expected)
    {
        var options = Loading.Load(Loading.Minimal + StorageRedis + "clustering:\n  provider: redis\n" + own);

        Assert.Equal(ClusteringProvider.redis, options.Clustering.Provider);
        Assert.Equal(expected, options.Clustering.Redis.ConnectionString);
        Assert.Empty(options.Notices);
    }

    [Theory]
    [InlineData("storage: { provider: memory }", "Counts are kept in memory and are lost when this process ends. Set storage.provider to embedded or redis to keep them.")]
    [InlineData(StorageRedis, "Counts are kept in Redis, by one silo. Set clustering.provider to redis before a second one is started.")]
    public void StorageOfOneSilo_IsSaidAtStart(string text, string notice) =>
        Assert.Equal([notice], Loading.Load(Loading.Minimal + text).Notices);

    [Fact]
    public void FaultyKey_CausesNoSecondFault()
    {
        Assert.Equal(
            ["storage.provider (line 3) is 'disk': give embedded, redis or memory"],
            Loading.Faults(Loading.Minimal + "clustering: { provider: redis, redis: { connection_string: 'a:6379' } }\nstorage: { provider: disk }"));
        Assert.Equal(
            ["clustering.silo_port (line 2) is 'x': give a whole number from 1 to 65535, or 0 for any free port"],
            Loading.Faults(Loading.Minimal + "clustering: { silo_port: x, gateway_port: 11111 }"));
        Assert.Equal(
            ["pubsub.message_retention (line 2) is '1y': give a time as a whole number with s, m, h or d, from 10m to 31d"],
            Loading.Faults(Loading.Minimal + "pubsub: { message_retention: 1y }\ninstances: { retention: 14d }"));
    }

    [Fact]
    public void Retention_AtItsLeast_IsTaken() => Assert.Equal(
        TimeSpan.FromDays(21), Loading.Load(Loading.Minimal + "instances: { retention: 21d }").Instances.Retention);

    [Fact]
    public void ComputeEndpoint_OfPlainHttp_IsTakenWithANotice()
    {
        var options = Loading.Load(Loading.Minimal + "compute: { endpoint: 'http://localhost:8081' }");

        Assert.Equal("http://localhost:8081", options.Compute.Endpoint);
        Assert.Contains("compute.endpoint is plain http, so the Compute API is asked without credentials. Use https in production.", options.Notices);
    }

    [Fact]
    public void FreePorts_MayBeChosenManyTimes() => Assert.Empty(
        Loading.Faults(null, ("SIE__PROMETHEUS__PORT", "0"), ("SIE__CLUSTERING__SILO_PORT", "0"), ("SIE__LOCAL__PUBSUB_PORT", "0")));

    [Fact]
    public void LocalPort_CountsInLocalModeOnly()
    {
        Assert.Equal(
            ["prometheus.port and local.pubsub_port have the same port 8085: give each its own port"],
            Loading.Faults(null, ("SIE__PROMETHEUS__PORT", "8085")));
        Assert.Empty(Loading.Faults(Loading.Minimal, ("SIE__PROMETHEUS__PORT", "8085")));
    }
}
