using OrleansSie.Silo.Storage;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>A folder of its own for one test, and stores on it that are stopped with the test.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    private readonly List<EmbeddedStore> _open = [];

    internal string Folder { get; } = Directory.CreateTempSubdirectory("sie-store-").FullName;

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var store in _open)
        {
            await store.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    internal async Task<EmbeddedStore> StartAsync(string? path = null, string memory = "4m")
    {
        var store = await EmbeddedStore.StartAsync(new EmbeddedStoreSettings { Path = path ?? Folder, Memory = memory }, Cancel);
        _open.Add(store);
        return store;
    }

    internal async Task StopAsync(EmbeddedStore store)
    {
        _open.Remove(store);
        await store.DisposeAsync();
    }
}
