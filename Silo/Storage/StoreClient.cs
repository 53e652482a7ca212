using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>The store of this process: the embedded one, open, or the way to a Redis, or neither for memory. Closed after the silo has left.</summary>
internal sealed class StoreClient : IAsyncDisposable
{
    private readonly RedisProbe? _redisProbe;
    private readonly RedisIdentity? _redisIdentity;

    public StoreClient(EmbeddedStore? embedded = null, ConfigurationOptions? redis = null, string serviceId = "")
    {
        Embedded = embedded;
        Redis = redis;
        _redisIdentity = redis is null ? null : new RedisIdentity(serviceId, ToString());
        _redisProbe = redis is null ? null : new RedisProbe(redis, $"{serviceId}/probe", _redisIdentity);
        Probe = _redisProbe is not null ? _redisProbe.WriteAsync
            : embedded is not null ? _ => embedded.ProbeAsync()
            : _ => Task.CompletedTask;
    }

    public EmbeddedStore? Embedded { get; }

    public ConfigurationOptions? Redis { get; }

    /// <summary>Writes to the store, and sees that it is the one it was.</summary>
    public StoreProbe Probe { get; }

    /// <summary>Whether this process made the store: it held nothing before. Known after the first probe.</summary>
    public bool IsNew => Embedded?.IsNew ?? _redisIdentity?.IsNew ?? false;

    /// <summary>What the store promises of an acknowledged write, asked on the connection that is there; null while it is away.</summary>
    public async Task<StoreDurability?> ReadDurabilityAsync(CancellationToken cancel)
    {
        if (_redisProbe is null)
        {
            return Embedded is null ? StoreDurability.Memory : StoreDurability.Embedded;
        }

        try
        {
            return await StoreDurabilityCheck.ReadAsync(await _redisProbe.ConnectAsync(cancel), cancel);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Names the store to the operator, without a secret.</summary>
    public override string ToString() =>
        Redis is not null ? $"the store at {RedisClient.NameOf(Redis)}"
        : Embedded is not null ? "the store in storage.path"
        : "the store in memory";

    public async ValueTask DisposeAsync()
    {
        await (_redisProbe?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Embedded?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
