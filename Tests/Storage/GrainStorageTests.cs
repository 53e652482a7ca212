using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansSie.Silo.Storage;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>A real grain over the real storage providers.</summary>
public sealed class GrainStorageTests : StoreFixture
{
    /// <summary>The layout of the key, the same in both stores, is part of what a rename must never change.</summary>
    private const string Key = "storage-tests/state/note/a/note";

    [Fact]
    public async Task Grain_WrittenAndDeactivated_ReadsItsStateBack()
    {
        var store = await StartAsync();
        await using var cluster = await ClusterAsync(store);
        var grain = cluster.Client.GetGrain<INoteGrain>("a/b c%");
        await grain.WriteAsync("kept");

        await grain.DeactivateAsync();

        Assert.Equal("kept", await grain.ReadAsync());
    }

    [Fact]
    public async Task Grain_InALaterSiloOnTheSameFolder_ReadsItsStateBack()
    {
        var store = await StartAsync();
        await using (var cluster = await ClusterAsync(store))
        {
            await cluster.Client.GetGrain<INoteGrain>("a").WriteAsync("kept");
        }

        await StopAsync(store);
        var again = await StartAsync();
        await using var later = await ClusterAsync(again);

        Assert.Equal("kept", await later.Client.GetGrain<INoteGrain>("a").ReadAsync());
    }

    [Fact]
    public async Task Grain_ThatWritesWithAStaleEtag_IsRefused()
    {
        var store = await StartAsync();
        await using var cluster = await ClusterAsync(store);
        var grain = cluster.Client.GetGrain<INoteGrain>("a");
        await grain.WriteAsync("first");
        var record = await store.ReadAsync(Key);
        Assert.True(await store.WriteAsync(Key, record!.Etag, record with { Etag = "of another writer" }));

        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.WriteAsync("second"));

        Assert.Equal("first", await grain.ReadAsync());
    }

    [Fact]
    public async Task Grain_ThatIsCleared_LeavesNoRecord()
    {
        var store = await StartAsync();
        await using var cluster = await ClusterAsync(store);
        var grain = cluster.Client.GetGrain<INoteGrain>("a");
        await grain.WriteAsync("first");
        Assert.NotNull(await store.ReadAsync(Key));

        await grain.ClearAsync();

        Assert.Null(await store.ReadAsync(Key));
        Assert.Equal(string.Empty, await grain.ReadAsync());
        await grain.WriteAsync("anew");
    }

    [Fact]
    public async Task Grain_WhoseRecordCannotBeRead_FailsInsteadOfStartingAnew()
    {
        var store = await StartAsync();
        await store.WriteAsync(Key, null, new StoreRecord("e", [0xFF, 0xFF, 0xFF]));
        await using var cluster = await ClusterAsync(store);

        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Client.GetGrain<INoteGrain>("a").ReadAsync());
    }

    [SystemFact]
    public async Task Grain_OverARealRedis_ReadsItsStateBackAndIsRefusedWithAStaleEtag()
    {
        using var server = await RealParts.RedisAsync(Folder, "--appendonly", "yes", "--appendfsync", "always");
        var client = RedisClient.From(server.ConnectionString);
        await using var cluster = await ClusterAsync(silo => silo.AddRedisStateStorage(_ => client));
        var grain = cluster.Client.GetGrain<INoteGrain>("a");
        await grain.WriteAsync("kept");
        await grain.DeactivateAsync();
        Assert.Equal("kept", await grain.ReadAsync());

        await using var connection = await ConnectionMultiplexer.ConnectAsync(client);
        Assert.False(await connection.GetDatabase().HashSetAsync(Key, "etag", "of another writer"));

        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.WriteAsync("second"));
    }

    [Fact]
    public async Task Grain_OverMemoryStorage_KeepsItsStateWhileTheSiloLives()
    {
        await using var cluster = await ClusterAsync(silo => silo.AddMemoryStateStorage());
        var grain = cluster.Client.GetGrain<INoteGrain>("a");
        await grain.WriteAsync("kept");

        await grain.DeactivateAsync();

        Assert.Equal("kept", await grain.ReadAsync());
    }

    private static Task<InProcessTestCluster> ClusterAsync(EmbeddedStore store)
        => ClusterAsync(silo => silo.AddEmbeddedStateStorage(_ => store));

    private static async Task<InProcessTestCluster> ClusterAsync(Action<ISiloBuilder> storage)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ServiceId = "storage-tests";
        builder.ConfigureSilo((_, silo) =>
        {
            storage(silo);
            silo.Services.AddSingleton<IGrainStorageSerializer, OrleansGrainStorageSerializer>();
        });
        var cluster = builder.Build();
        await cluster.DeployAsync(Cancel);
        return cluster;
    }
}
