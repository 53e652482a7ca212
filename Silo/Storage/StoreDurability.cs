using System.Globalization;
using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>What a store promises for the writes it acknowledges.</summary>
/// <param name="AppendFsync">When an acknowledged write is on disk.</param>
/// <param name="MaxMemoryPolicy">What it does when memory is full: a Redis policy name, or <c>unknown</c>.</param>
/// <param name="Fault">Why the silo must not start with this store; null where it may.</param>
/// <param name="Warning">What could not be read, and what to check by hand; null where all was read.</param>
internal sealed record StoreDurability(AppendFsync AppendFsync, string MaxMemoryPolicy, string? Fault, string? Warning)
{
    /// <summary>The embedded store: every acknowledged write is on disk, and nothing is evicted.</summary>
    public static StoreDurability Embedded { get; } = new(AppendFsync.always, "noeviction", null, null);

    /// <summary>Memory alone: nothing is on disk.</summary>
    public static StoreDurability Memory { get; } = new(AppendFsync.off, "noeviction", null, null);
}

/// <summary>When the store puts an acknowledged write on disk. The names are the label values.</summary>
internal enum AppendFsync
{
    /// <summary>The store does not say.</summary>
    unknown,

    /// <summary>Before it acknowledges.</summary>
    always,

    /// <summary>Within a second: a crash of the store may lose the last second.</summary>
    everysec,

    /// <summary>When the operating system writes it.</summary>
    no,

    /// <summary>Never: there is no append-only file.</summary>
    off,
}

/// <summary>Reads what a Redis promises: by CONFIG GET, and by INFO where CONFIG is refused.</summary>
internal static class StoreDurabilityCheck
{
    private const string Unknown = "unknown";

    /// <summary>Asks every primary; the weakest answer counts. Null while none is connected.</summary>
    /// <exception cref="RedisException">The connection to one of them was lost meanwhile.</exception>
    public static async Task<StoreDurability?> ReadAsync(IConnectionMultiplexer redis, CancellationToken ct)
    {
        var answers = new List<StoreDurability>();
        foreach (var server in redis.GetServers().Where(server => server.IsConnected && !server.IsReplica))
        {
            ct.ThrowIfCancellationRequested();
            answers.Add(await ReadAsync(server).WaitAsync(ct));
        }

        return answers.MaxBy(Weakness);
    }

    private static async Task<StoreDurability> ReadAsync(IServer server)
    {
        var info = await InfoAsync(server);
        var appendOnly = await ConfigAsync(server, "appendonly") ?? info.GetValueOrDefault("aof_enabled") switch { "1" => "yes", "0" => "no", _ => null };
        var fsync = appendOnly == "no" ? AppendFsync.off : FsyncOf(appendOnly == "yes" ? await ConfigAsync(server, "appendfsync") : null);
        var policy = await ConfigAsync(server, "maxmemory-policy") ?? info.GetValueOrDefault("maxmemory_policy");
        var limit = await ConfigAsync(server, "maxmemory") ?? info.GetValueOrDefault("maxmemory");
        return Judge(fsync, policy, limit);
    }

    private static StoreDurability Judge(AppendFsync fsync, string? policy, string? limit)
    {
        var unlimited = long.TryParse(limit, CultureInfo.InvariantCulture, out var bytes) && bytes == 0;
        var fault = policy is not null and not "noeviction" && !unlimited
            ? $"storage.redis: the server's maxmemory-policy is '{policy}': it may drop counts when its memory is full. Set it to noeviction."
            : null;
        var unread = new[]
        {
            fsync == AppendFsync.unknown ? "appendfsync (always keeps every acknowledged write; everysec may lose the last second)" : null,
            policy is null ? "maxmemory-policy (it must be noeviction)" : null,
        }.OfType<string>().ToArray();
        var warning = unread.Length > 0 ? $"storage.redis: the server does not tell its {string.Join(" and ", unread)}. Check it by hand." : null;
        return new StoreDurability(fsync, policy ?? Unknown, fault, warning);
    }

    /// <summary>Faults first, then the server that may lose most.</summary>
    private static (bool Faulty, bool Unread, int Fsync) Weakness(StoreDurability answer)
        => (answer.Fault is not null, answer.Warning is not null, (int)answer.AppendFsync);

    private static AppendFsync FsyncOf(string? value) => value switch
    {
        "always" => AppendFsync.always,
        "everysec" => AppendFsync.everysec,
        "no" => AppendFsync.no,
        _ => AppendFsync.unknown,
    };

    /// <summary>Null where the server has no such key, or refuses the command (managed services close CONFIG).</summary>
    private static async Task<string?> ConfigAsync(IServer server, string key)
    {
        try
        {
            var reply = await server.ExecuteAsync("CONFIG", "GET", key);
            return reply.Length == 2 ? (string?)reply[1] : null;
        }
        catch (Exception refusal) when (IsRefusal(refusal))
        {
            return null;
        }
    }

    private static async Task<Dictionary<string, string>> InfoAsync(IServer server)
    {
        try
        {
            var text = (string?)await server.ExecuteAsync("INFO") ?? string.Empty;
            return text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(':', 2))
                .Where(pair => pair.Length == 2)
                .GroupBy(pair => pair[0])
                .ToDictionary(group => group.Key, group => group.Last()[1]);
        }
        catch (Exception refusal) when (IsRefusal(refusal))
        {
            return [];
        }
    }

    /// <summary>The server answered: the user may not ask, or there is no such command. A store that is away throws another exception.</summary>
    private static bool IsRefusal(Exception failure) => failure is RedisServerException or RedisCommandException;
}
