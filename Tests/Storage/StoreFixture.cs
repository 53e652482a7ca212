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

    internal async Task<EmbeddedStore> StartAsync(string? path = null, string memory = "4m", TimeProvider? time = null)
    {
        var settings = new EmbeddedStoreSettings { Path = path ?? Folder, Memory = memory, Time = time ?? TimeProvider.System };
        var store = await EmbeddedStore.StartAsync(settings, Cancel);
        _open.Add(store);
        return store;
    }

    /// <summary>Asks the file itself, past the store.</summary>
    internal long Ask(string sql)
    {
        using var connection = StoreDatabase.OpenReader(Path.Combine(Folder, "state.db"), 1 << 20);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    internal async Task StopAsync(EmbeddedStore store)
    {
        _open.Remove(store);
        await store.DisposeAsync();
    }
}
