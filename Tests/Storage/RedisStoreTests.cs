using OrleansSie.Silo.Storage;
using StackExchange.Redis;
using OrleansSie.Tests.EndToEnd;
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
    public async Task Durability_OfAStoreThatIsAway_IsUnknownWithAWarning()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(RedisClient.From("127.0.0.1:1,connectTimeout=50"));

        var durability = await StoreDurabilityCheck.ReadAsync(connection, Cancel);

        Assert.Equal(AppendFsync.unknown, durability.AppendFsync);
        Assert.Equal("unknown", durability.MaxMemoryPolicy);
        Assert.NotNull(durability.Warning);
    }

    [Fact]
    public void Client_WithSecretsOfItsOwn_TakesThemAndWaitsForTheStore()
    {
        var client = RedisClient.From("redis.example:6380,ssl=true,password=old", user: "silo", password: "new");

        Assert.Equal(("silo", "new", true, false), (client.User, client.Password, client.Ssl, client.AbortOnConnectFail));
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

    private static async Task<StoreDurability> ReadAsync(RedisProcess server)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(RedisClient.From(server.ConnectionString));
        return await StoreDurabilityCheck.ReadAsync(connection, Cancel);
    }
}
