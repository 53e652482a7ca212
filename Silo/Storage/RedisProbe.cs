using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Writes one key of its own to a Redis, over a connection of its own that is made on first use and mends itself; and sees, where counts
/// are kept there, that it still is the same store.
/// </summary>
internal sealed class RedisProbe : IAsyncDisposable
{
    private readonly ConfigurationOptions _options;
    private readonly string _key;
    private readonly RedisIdentity? _identity;
    private readonly SemaphoreSlim _connecting = new(1);
    private ConnectionMultiplexer? _redis;
    private RedisFailure? _failure;

    public RedisProbe(ConfigurationOptions options, string key, RedisIdentity? identity = null)
    {
        _identity = identity;
        _options = options.Clone();
        _options.AbortOnConnectFail = false;
        _options.ConnectTimeout = Math.Min(_options.ConnectTimeout, 2_500);
        _options.AsyncTimeout = Math.Min(_options.AsyncTimeout, 2_500);
        _options.BacklogPolicy = BacklogPolicy.FailFast;
        _key = key;
    }

    /// <exception cref="RedisException">The server is away, or refuses writes; the message is a sentence for the operator.</exception>
    /// <exception cref="StoreLostException">It is another store than at first.</exception>
    public async Task WriteAsync(CancellationToken cancel)
    {
        try
        {
            var redis = await ConnectAsync(cancel);
            var database = redis.GetDatabase();
            await database.StringSetAsync(_key, "1", flags: CommandFlags.DemandMaster);
            await (_identity?.CheckAsync(database) ?? Task.CompletedTask);
            _failure = null;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // Two connections fail side by side, and now and then the client tells of neither's cause.
            var failure = RedisFailure.Of(e, _options.Ssl);
            _failure = failure.IsCertain ? failure : _failure ?? failure;
            throw new RedisException(_failure.Reason, e);
        }
    }

    /// <summary>The connection, which the first call makes.</summary>
    public async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancel)
    {
        await _connecting.WaitAsync(cancel);
        try
        {
            return _redis ??= await ConnectionMultiplexer.ConnectAsync(_options).WaitAsync(cancel);
        }
        finally
        {
            _connecting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        _connecting.Dispose();
    }
}
