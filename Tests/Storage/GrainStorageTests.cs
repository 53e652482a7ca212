using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansSie.Silo.Storage;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>A real grain over the real storage provider and the embedded store.</summary>
public sealed class GrainStorageTests : StoreFixture
{
    [Fact]
    public async Task Grain_WrittenAndDeactivated_ReadsItsStateBack()
    {
        var store = await StartAsync(Settings());
        await using var cluster = await ClusterAsync(store.Client);
        var grain = cluster.Client.GetGrain<INoteGrain>("a/b c%");
        await grain.WriteAsync("kept");

        await grain.DeactivateAsync();

        Assert.Equal("kept", await grain.ReadAsync());
    }

    [Fact]
    public async Task Grain_InALaterSiloOnTheSameFolder_ReadsItsStateBack()
    {
        var store = await StartAsync(Settings());
        await using (var cluster = await ClusterAsync(store.Client))
        {
            await cluster.Client.GetGrain<INoteGrain>("a").WriteAsync("kept");
        }

        await StopAsync(store);
        var again = await StartAsync(Settings());
        await using var later = await ClusterAsync(again.Client);

        Assert.Equal("kept", await later.Client.GetGrain<INoteGrain>("a").ReadAsync());
    }

    [Fact]
    public async Task Grain_ThatWritesWithAStaleEtag_IsRefused()
    {
        var store = await StartAsync(Settings());
        await using var cluster = await ClusterAsync(store.Client);
        var grain = cluster.Client.GetGrain<INoteGrain>("a");
        await grain.WriteAsync("first");
        var (database, key) = await OnlyKeyAsync(store.Client);
        await database.HashSetAsync(key, "etag", "of another writer");

        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.WriteAsync("second"));
    }

    [Fact]
    public async Task Grain_ThatIsCleared_LeavesNoRecord()
    {
        var store = await StartAsync(Settings());
        await using var cluster = await ClusterAsync(store.Client);
        var grain = cluster.Client.GetGrain<INoteGrain>("a");
        await grain.WriteAsync("first");
        var (database, key) = await OnlyKeyAsync(store.Client);

        await grain.ClearAsync();

        Assert.False(await database.KeyExistsAsync(key));
        Assert.Equal(string.Empty, await grain.ReadAsync());
    }

    [Fact]
    public async Task Grain_WhoseRecordIsNotAHash_FailsToReadInsteadOfStartingAnew()
    {
        var store = await StartAsync(Settings());
        await using var cluster = await ClusterAsync(store.Client);
        var grain = cluster.Client.GetGrain<INoteGrain>("a");
        await grain.WriteAsync("first");
        var (database, key) = await OnlyKeyAsync(store.Client);
        await grain.DeactivateAsync();
        await database.KeyDeleteAsync(key);
        await database.StringSetAsync(key, "text");

        await Assert.ThrowsAnyAsync<Exception>(() => grain.ReadAsync());
    }

    [Fact]
    public async Task Grain_OverMemoryStorage_KeepsItsStateWhileTheSiloLives()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddMemoryStateStorage());
        await using var cluster = builder.Build();
        await cluster.DeployAsync(Cancel);
        var grain = cluster.Client.GetGrain<INoteGrain>("a");
        await grain.WriteAsync("kept");

        await grain.DeactivateAsync();

        Assert.Equal("kept", await grain.ReadAsync());
    }

    private static async Task<InProcessTestCluster> ClusterAsync(ConfigurationOptions client)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ServiceId = "storage-tests";
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddStateStorage(_ => client);
            silo.Services.AddSingleton<IGrainStorageSerializer, OrleansGrainStorageSerializer>();
        });
        var cluster = builder.Build();
        await cluster.DeployAsync(Cancel);
        return cluster;
    }

    /// <summary>The grain's record; the layout of the key is part of what a rename must never change.</summary>
    private async Task<(IDatabase Database, string Key)> OnlyKeyAsync(ConfigurationOptions client)
    {
        const string Key = "storage-tests/state/note/a/note";
        var database = await DatabaseAsync(client);
        Assert.Equal(2, await database.HashLengthAsync(Key));
        return (database, Key);
    }
}
