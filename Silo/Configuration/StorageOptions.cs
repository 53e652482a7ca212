using System.Security.Cryptography.X509Certificates;

namespace OrleansSie.Silo.Configuration;

/// <summary>Where counts are kept: the <c>storage</c> section.</summary>
internal sealed class StorageOptions
{
    /// <summary>The kind of store. Default: <see cref="StorageProvider.embedded"/>.</summary>
    public StorageProvider Provider { get; init; } = StorageProvider.embedded;

    /// <summary>Directory of the embedded store's files, relative to the working directory. Default: <c>./data</c>.</summary>
    public string Path { get; init; } = "./data";

    /// <summary>
    /// Memory of the embedded store, in binary units (<c>k</c>, <c>m</c>, <c>g</c>); what exceeds it is kept on disk. Default: <c>64m</c>.
    /// </summary>
    public string Memory { get; init; } = "64m";

    /// <summary>The Redis server, when <see cref="Provider"/> is <see cref="StorageProvider.redis"/>. Default: none.</summary>
    public RedisOptions Redis { get; init; } = new();

    /// <summary>What is set.</summary>
    public static StorageOptions From(Settings settings, RedisOptions redis) => new()
    {
        Provider = settings.Get(ConfigurationKeys.StorageProvider),
        Path = settings.Get(ConfigurationKeys.StoragePath),
        Memory = settings.Get(ConfigurationKeys.StorageMemory),
        Redis = redis,
    };
}

/// <summary>Where counts are kept. The names are the values of <c>storage.provider</c>.</summary>
internal enum StorageProvider
{
    /// <summary>A store inside the silo's process with its files in <c>storage.path</c>: for one silo, survives restarts.</summary>
    embedded,

    /// <summary>A Redis, Valkey or Memorystore server: for several silos.</summary>
    redis,

    /// <summary>The process's memory: for tests, everything is lost when it ends.</summary>
    memory,
}

/// <summary>How a Redis server is reached. Has no text form on purpose: it may hold a password.</summary>
internal sealed class RedisOptions
{
    /// <summary>
    /// StackExchange.Redis' connection string, from <c>connection_string</c> or read from <see cref="ConnectionStringFile"/>.
    /// Default: none. A secret.
    /// </summary>
    public string? ConnectionString { get; init; }

    /// <summary>The file that <see cref="ConnectionString"/> was read from at start. Default: none.</summary>
    public string? ConnectionStringFile { get; init; }

    /// <summary>The user to log in as. Default: none.</summary>
    public string? User { get; init; }

    /// <summary>The password, of any characters, from <c>password</c> or read from <see cref="PasswordFile"/>. Default: none. A secret.</summary>
    public string? Password { get; init; }

    /// <summary>The file that <see cref="Password"/> was read from at start. Default: none.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The file that <see cref="Authorities"/> were read from at start. Default: none.</summary>
    public string? CaFile { get; init; }

    /// <summary>The authorities that alone are trusted, or null for the system's. Default: null.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The file that <see cref="ClientCertificate"/> was read from at start. Default: none.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>The file of its private key, where that is another one. Default: none.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>What is shown to a server that asks for a certificate. Default: none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }
}
