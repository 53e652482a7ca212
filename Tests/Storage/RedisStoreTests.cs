using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing.Parts;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>What the silo reads from a real Redis about its durability, and how it connects to it.</summary>
public sealed class RedisStoreTests : StoreFixture
{
    [SystemTheory]
    [InlineData("yes", "always", nameof(AppendFsync.always))]
    [InlineData("yes", "everysec", nameof(AppendFsync.everysec))]
    [InlineData("yes", "no", nameof(AppendFsync.no))]
    [InlineData("no", "always", nameof(AppendFsync.off))]
    public async Task Durability_OfARedis_IsWhatItIsSetTo(string appendOnly, string fsync, string expected)
    {
        using var server = await RealParts.RedisAsync(Folder, "--appendonly", appendOnly, "--appendfsync", fsync);

        var durability = await ReadAsync(server);

        Assert.Equal(new StoreDurability(Enum.Parse<AppendFsync>(expected), "noeviction", null, null), durability);
    }

    [SystemFact]
    public async Task Durability_OfARedisThatEvicts_IsAFaultThatNamesTheSetting()
    {
        using var server = await RealParts.RedisAsync(Folder, "--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru");

        var durability = await ReadAsync(server);

        Assert.Equal("allkeys-lru", durability.MaxMemoryPolicy);
        Assert.Contains("noeviction", durability.Fault, StringComparison.Ordinal);
    }

    [SystemFact]
    public async Task Durability_OfARedisWithoutALimit_IsNoFaultWhateverItsPolicy()
    {
        using var server = await RealParts.RedisAsync(Folder, "--maxmemory", "0", "--maxmemory-policy", "allkeys-lru");

        Assert.Null((await ReadAsync(server)).Fault);
    }

    [SystemFact]
    public async Task Durability_WhereConfigIsClosed_IsUnknownWithAWarningAndThePolicyFromInfo()
    {
        using var server = await RealParts.RedisAsync(Folder, "--appendonly", "yes", "--rename-command", "CONFIG", "");

        var durability = await ReadAsync(server);

        Assert.Equal(AppendFsync.unknown, durability.AppendFsync);
        Assert.Equal("noeviction", durability.MaxMemoryPolicy);
        Assert.Contains("appendfsync", durability.Warning, StringComparison.Ordinal);
        Assert.Null(durability.Fault);
    }

    [SystemFact]
    public async Task Durability_WhereTheUserMayNotAsk_IsAnAnswer()
    {
        using var server = await RealParts.RedisAsync(Folder, "--appendonly", "yes");
        await server.CommandAsync("ACL SETUSER silo on >s3cret ~* +@all -config -info");
        await using var store = new StoreClient(redis: RedisClient.From(new RedisOptions { ConnectionString = server.ConnectionString, User = "silo", Password = "s3cret" }));

        var durability = await store.ReadDurabilityAsync(Cancel);

        Assert.Equal((AppendFsync.unknown, "unknown", null), (durability!.AppendFsync, durability.MaxMemoryPolicy, durability.Fault));
        Assert.NotNull(durability.Warning);
    }

    [SystemFact]
    public async Task Durability_ReadAgain_IsAskedOnTheConnectionThatIsThere()
    {
        using var server = await RealParts.RedisAsync(Folder);
        await using var store = new StoreClient(redis: RedisClient.From(server.ConnectionString));
        await using var other = await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},allowAdmin=true");
        await store.ReadDurabilityAsync(Cancel);
        var before = await ConnectionsAsync();

        await store.ReadDurabilityAsync(Cancel);
        await store.ReadDurabilityAsync(Cancel);

        Assert.Equal(before, await ConnectionsAsync());
        async Task<string> ConnectionsAsync() =>
            (await other.GetServers()[0].InfoAsync("stats")).Single().Single(pair => pair.Key == "total_connections_received").Value;
    }

    [Fact]
    public async Task Durability_OfAStoreThatIsAway_IsNoAnswer()
    {
        await using var store = new StoreClient(redis: RedisClient.From("127.0.0.1:1,connectTimeout=50"));

        Assert.Null(await store.ReadDurabilityAsync(Cancel));
    }

    [Fact]
    public void Client_WithSecretsOfItsOwn_TakesThemAndWaitsForTheStore()
    {
        var client = RedisClient.From(new RedisOptions { ConnectionString = "redis.example:6380,ssl=true", User = "silo", Password = "new, a=\"b' @:%é" });

        Assert.Equal(("silo", "new, a=\"b' @:%é", true, false), (client.User, client.Password, client.Ssl, client.AbortOnConnectFail));
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:6379,pasword=hunter2")]
    public void Client_FromNoConnectionString_IsRefusedWithoutRepeatingIt(string text)
    {
        var refusal = Assert.Throws<StoreStartException>(() => RedisClient.From(text));

        Assert.Contains("storage.redis", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    private static async Task<StoreDurability> ReadAsync(RedisServer server)
    {
        await using var store = new StoreClient(redis: RedisClient.From(server.ConnectionString));
        return (await store.ReadDurabilityAsync(Cancel))!;
    }
}
