using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>The store of this process, open: the embedded one, or the way to a Redis, or neither for memory. Closed after the silo has left.</summary>
internal sealed record StoreClient(EmbeddedStore? Embedded = null, ConfigurationOptions? Redis = null) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Embedded?.DisposeAsync() ?? ValueTask.CompletedTask;
}
