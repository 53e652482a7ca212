using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Which store a Redis is: an id under one key, made once by the first silo that finds none; all that start at once take the same. A silo
/// goes on with the id it started with alone. A silo that finds the id gone puts a note in its place, so that no silo which starts later
/// takes the emptied store for a new one, as long as one lives that knows better.
/// </summary>
internal sealed class RedisIdentity(string serviceId, string name)
{
    private const string NoteOfLoss = "lost ";

    private readonly RedisKey _key = $"{serviceId}/store-id";
    private volatile string? _known;

    /// <summary>Whether this silo made the id: the store held none.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Takes the id at first, and sees that it is the same ever after. One at a time.</summary>
    /// <exception cref="StoreLostException">It is not; the silo may go on as soon as it is again.</exception>
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

        if (found != (_known ??= found))
        {
            throw new StoreLostException(
                $"{name} is not the store that this silo began with. Point storage.redis to that one, and it goes on by itself. To use this one instead, restart all silos.");
        }
    }

    private async Task<string?> ReadAsync(IDatabase database) => await database.StringGetAsync(_key, CommandFlags.DemandMaster);
}
