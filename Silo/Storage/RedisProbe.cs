using OrleansSie.Silo.Logging;
using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Writes one key of its own to a Redis, over a connection of its own that is made on first use and reconnects by itself. Where counts are
/// kept there, it also checks that it is still the same store.
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
    /// <exception cref="StoreLostException">It is not the store that it was at first.</exception>
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
            // Two connections fail at the same time, and sometimes the client's exception has the cause of neither.
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

/// <summary>
/// Which store a Redis is: an id under one key. The first silo that finds none makes it; silos that start together take the same one. A silo
/// goes on only with the id that it started with; an id of another form is of a later version, which may keep its records elsewhere. A silo
/// that finds the id gone writes a note in its place, so that no silo that starts later takes the emptied store for a new one, while one runs
/// that knows the id.
/// </summary>
internal sealed class RedisIdentity(string serviceId, string name)
{
    private const string NoteOfLoss = "lost ";

    private readonly RedisKey _key = $"{serviceId}/store-id";
    private volatile string? _known;

    /// <summary>Whether this silo made the id: the store held none.</summary>
    public bool IsNew { get; private set; }

    /// <summary>The first call takes the id; later calls check that it is the same. One call at a time.</summary>
    /// <exception cref="StoreLostException">It is not the same. The silo may go on when it is the same again.</exception>
    /// <exception cref="RedisException">The server is away, or refuses a command.</exception>
    public async Task CheckAsync(IDatabase database)
    {
        var found = await ReadAsync(database);
        if (found is null)
        {
            var next = _known is null ? Guid.NewGuid().ToString("N") : NoteOfLoss + _known;
            var isFirst = await database.StringSetAsync(_key, next, when: When.NotExists, flags: CommandFlags.DemandMaster);
            IsNew |= isFirst && _known is null;
            found = await ReadAsync(database);
        }

        if (found?.StartsWith(NoteOfLoss, StringComparison.Ordinal) != false)
        {
            throw new StoreLostException(
                $"{name} was emptied, or another server answers there. Restore its data, and it goes on by itself. "
                + $"To begin at zero instead: stop all silos, delete the key '{_key}', start them.");
        }

        if (!Guid.TryParseExact(found, "N", out _))
        {
            throw new StoreLostException($"{name} was written by a newer version of this program: the id of its data is '{OneLine.Of(found)}'. Run that version.")
            {
                IsNewer = true,
            };
        }

        if (found != (_known ??= found))
        {
            throw new StoreLostException(
                $"{name} is not the store that this silo began with. Point storage.redis to that one, and it goes on by itself. To use this one instead, restart all silos.");
        }
    }

    private async Task<string?> ReadAsync(IDatabase database) => await database.StringGetAsync(_key, CommandFlags.DemandMaster);
}
