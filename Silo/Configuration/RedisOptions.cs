using System.Security.Cryptography.X509Certificates;

namespace OrleansSie.Silo.Configuration;

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
