using OrleansSie.Silo.Storage;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>Silos know the Redis they began with from any other, by a real one that is emptied, replaced and restored.</summary>
public sealed class RedisIdentityTests : StoreFixture
{
    private const string Key = "sie/store-id";

    [SystemFact]
    public async Task Start_OfThreeAtOnceOnAnEmptyStore_IsOnOneAndOneSaysThatItIsNew()
    {
        using var server = await RealParts.RedisAsync(Folder);
        await using var first = Silo(server);
        await using var second = Silo(server);
        await using var third = Silo(server);

        await Task.WhenAll(first.Probe(Cancel), second.Probe(Cancel), third.Probe(Cancel));
        await Task.WhenAll(first.Probe(Cancel), second.Probe(Cancel), third.Probe(Cancel));

        Assert.Single([first.IsNew, second.IsNew, third.IsNew], isNew => isNew);
        await using var later = Silo(server);
        await later.Probe(Cancel);
        Assert.False(later.IsNew);
    }

    [SystemFact]
    public async Task Store_EmptiedUnderASilo_IsRefusedByItAndByThoseThatStartUntilItIsRestored()
    {
        using var server = await RealParts.RedisAsync(Folder);
        await using var running = Silo(server);
        await running.Probe(Cancel);
        await server.CommandAsync($"RENAME {Key} kept");
        await server.CommandAsync("MOVE kept 1");
        await server.CommandAsync("FLUSHDB");

        var loss = await Assert.ThrowsAsync<StoreLostException>(() => running.Probe(Cancel));
        await using var starting = Silo(server);
        await Assert.ThrowsAsync<StoreLostException>(() => starting.Probe(Cancel));

        Assert.Contains($"127.0.0.1:{server.Port} was emptied", loss.Message, StringComparison.Ordinal);
        Assert.Contains($"delete the key '{Key}'", loss.Message, StringComparison.Ordinal);
        Assert.InRange(loss.Message.Length, 1, 300);

        await server.CommandAsync($"DEL {Key}");
        await using (var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},allowAdmin=true"))
        {
            var id = await redis.GetDatabase(1).StringGetAsync("kept");
            await redis.GetDatabase().StringSetAsync(Key, id);
        }

        await running.Probe(Cancel);
        await starting.Probe(Cancel);
        Assert.False(starting.IsNew);
    }

    [SystemFact]
    public async Task Store_EmptiedWhileNobodyRuns_IsNewAndSaysSo()
    {
        using var server = await RealParts.RedisAsync(Folder);
        await using (var before = Silo(server))
        {
            await before.Probe(Cancel);
        }

        await server.CommandAsync("FLUSHALL");
        await using var after = Silo(server);
        await after.Probe(Cancel);

        Assert.True(after.IsNew);
    }

    [SystemFact]
    public async Task Store_ThatIsAnotherOne_IsRefusedByTheSiloThatKnewTheFirstAndTakenByANewOne()
    {
        using var server = await RealParts.RedisAsync(Folder);
        await using var running = Silo(server);
        await running.Probe(Cancel);
        await server.CommandAsync($"SET {Key} 0123456789abcdef0123456789abcdef");

        var loss = await Assert.ThrowsAsync<StoreLostException>(() => running.Probe(Cancel));
        await using var starting = Silo(server);
        await starting.Probe(Cancel);

        Assert.Contains("is not the store that this silo began with", loss.Message, StringComparison.Ordinal);
        Assert.InRange(loss.Message.Length, 1, 300);
        Assert.False(starting.IsNew);
    }

    [SystemFact]
    public async Task Store_OfALaterVersion_IsRefused()
    {
        using var server = await RealParts.RedisAsync(Folder);
        await server.CommandAsync($"SET {Key} 2:0123456789abcdef0123456789abcdef");
        await using var starting = Silo(server);

        var loss = await Assert.ThrowsAsync<StoreLostException>(() => starting.Probe(Cancel));

        Assert.Contains("was written by a newer version of this program", loss.Message, StringComparison.Ordinal);
    }

    private static StoreClient Silo(RedisServer server) => new(redis: RedisClient.From(server.ConnectionString), serviceId: "sie");
}
