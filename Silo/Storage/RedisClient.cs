using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>How the silo connects to a Redis, Valkey or Memorystore of its own.</summary>
internal static class RedisClient
{
    private static readonly LinearRetry _everySecond = new(1_000);

    /// <summary>The servers it connects to, for the operator; without a secret.</summary>
    public static string NameOf(ConfigurationOptions options) => string.Join(", ", options.EndPoints.Select(EndPointCollection.ToString));

    /// <summary>
    /// From a StackExchange.Redis connection string, with the user and the password from their secret files or the environment
    /// where these are given. The process starts while the store is away, and the client goes on trying, every second: the default
    /// doubles its pauses, and a store that is back would be missed for long.
    /// </summary>
    /// <exception cref="StoreStartException">Not a connection string; the message repeats nothing of it, it may hold a password.</exception>
    public static ConfigurationOptions From(string connectionString, string? user = null, string? password = null)
    {
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(connectionString, ignoreUnknown: false);
        }
        catch (ArgumentException)
        {
            throw new StoreStartException("storage.redis: the connection string cannot be read. Write it as in host:6379,ssl=true.");
        }

        if (options.EndPoints.Count == 0)
        {
            throw new StoreStartException("storage.redis: the connection string names no server. Write it as in host:6379,ssl=true.");
        }

        options.User = user ?? options.User;
        options.Password = password ?? options.Password;
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = _everySecond;
        return options;
    }
}
