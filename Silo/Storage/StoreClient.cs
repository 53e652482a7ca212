using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>The way to the store, and the store itself where it lives in this process: it is closed after the silo has left.</summary>
internal sealed class StoreClient : IAsyncDisposable
{
    private readonly EmbeddedStore? _embedded;

    /// <summary>Memory: there is no way, and nothing to close.</summary>
    public StoreClient()
    {
    }

    public StoreClient(EmbeddedStore embedded)
    {
        _embedded = embedded;
        Options = embedded.Client;
    }

    public StoreClient(ConfigurationOptions options)
    {
        Options = options;
    }

    /// <summary>How to connect; null for memory.</summary>
    public ConfigurationOptions? Options { get; }

    public ValueTask DisposeAsync() => _embedded?.DisposeAsync() ?? ValueTask.CompletedTask;
}
