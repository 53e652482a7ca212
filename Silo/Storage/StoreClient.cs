using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>The store of this process: the embedded one, open; or how to connect to a Redis; or neither for memory. Dispose it after the silo has stopped.</summary>
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

    /// <summary>Writes to the store, and checks that it is still the same one.</summary>
    public StoreProbe Probe { get; }

    /// <summary>Whether this process made the store: it held nothing before. It is known after the first probe.</summary>
    public bool IsNew => Embedded?.IsNew ?? _redisIdentity?.IsNew ?? false;

    /// <summary>What the store promises for an acknowledged write, asked on the probe's connection; null while it is away.</summary>
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

    /// <summary>The name of the store in messages, without a secret.</summary>
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

/// <summary>Checks once whether the store can be written now and is still the same one, with a small test record.</summary>
/// <param name="cancel">Ends the check.</param>
/// <exception cref="Exception">It cannot; the message says why.</exception>
internal delegate Task StoreProbe(CancellationToken cancel);

/// <summary>The store cannot be opened. The message names the configuration key and says what to do.</summary>
internal sealed class StoreStartException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>
/// The store is not the one that this process has used, or no longer holds what it acknowledged. The message is a sentence for the operator.
/// Nothing may be counted or acknowledged on it.
/// </summary>
internal sealed class StoreLostException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Nothing is lost: a later version wrote it.</summary>
    public bool IsNewer { get; init; }
}
