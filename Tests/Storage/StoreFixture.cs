using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Storage;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>A folder of its own for one test, and stores on it that are stopped with the test.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _open = [];

    internal string Folder { get; } = Directory.CreateTempSubdirectory("sie-store-").FullName;

    internal FakeTimeProvider Time { get; } = new();

    internal RecordedLog Log { get; } = new();

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var thing in Enumerable.Reverse(_open))
        {
            await thing.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    internal EmbeddedStoreSettings Settings(string? path = null, string memory = "16m") => new()
    {
        Path = path ?? Folder,
        Memory = memory,
        Time = Time,
        Logging = new LoggerFactory([Log]),
    };

    internal async Task<EmbeddedStore> StartAsync(EmbeddedStoreSettings settings)
    {
        var store = await EmbeddedStore.StartAsync(settings, Cancel);
        _open.Add(store);
        return store;
    }

    internal async Task<IDatabase> DatabaseAsync(ConfigurationOptions client)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(client);
        _open.Add(connection);
        return connection.GetDatabase();
    }

    internal async Task<StoreRecords> ConnectAsync(ConfigurationOptions client) => new(await DatabaseAsync(client));

    internal async Task StopAsync(EmbeddedStore store)
    {
        _open.Remove(store);
        await store.DisposeAsync();
    }
}
