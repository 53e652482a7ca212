namespace OrleansSie.Silo.Configuration;

/// <summary>How a Redis server is reached. Has no text form on purpose: a connection string may hold a password.</summary>
internal sealed class RedisOptions
{
    /// <summary>
    /// StackExchange.Redis' connection string, from <c>connection_string</c> or read from <see cref="ConnectionStringFile"/>.
    /// Default: none. A secret.
    /// </summary>
    public string? ConnectionString { get; init; }

    /// <summary>The file that <see cref="ConnectionString"/> was read from at start. Default: none.</summary>
    public string? ConnectionStringFile { get; init; }
}
