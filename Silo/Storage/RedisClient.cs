using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using OrleansSie.Silo.Configuration;
using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>How the silo connects to a Redis, Valkey or Memorystore of its own.</summary>
internal static class RedisClient
{
    private static readonly LinearRetry _everySecond = new(1_000);

    /// <summary>The servers that it connects to, without a secret, for messages.</summary>
    public static string NameOf(ConfigurationOptions options) => string.Join(", ", options.EndPoints.Select(EndPointCollection.ToString));

    /// <summary>
    /// The process can start while the store is away, and the client tries to connect every second. By default it would double its pauses,
    /// and notice late that the store is back.
    /// </summary>
    /// <exception cref="StoreStartException">Not a connection string. The message quotes nothing of it, as it may hold a password.</exception>
    public static ConfigurationOptions From(RedisOptions redis)
    {
        var options = RedisConnectionString.Parse(redis.ConnectionString ?? string.Empty) ?? throw new StoreStartException(
            $"storage.redis: the connection string cannot be read: give {ConfigurationKeys.StorageRedis.Connection.Accepts}.");
        options.User = redis.User ?? options.User;
        options.Password = redis.Password ?? options.Password;
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = _everySecond;
        if (redis.Authorities is not null || redis.ClientCertificate is not null)
        {
            options.SslClientAuthenticationOptions = host => Tls(host, redis, options.SslProtocols, options.CheckCertificateRevocation);
        }

        return options;
    }

    /// <summary>The same from a connection string alone.</summary>
    public static ConfigurationOptions From(string connectionString) => From(new RedisOptions { ConnectionString = connectionString });

    /// <summary>Replaces the client's own settings. Own authorities rarely publish what they revoked, so that is not checked for them.</summary>
    private static SslClientAuthenticationOptions Tls(string host, RedisOptions redis, SslProtocols? protocols, bool checkRevocation)
    {
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = protocols ?? SslProtocols.None,
            CertificateRevocationCheckMode = checkRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        if (redis.Authorities is { } authorities)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        if (redis.ClientCertificate is { } own)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(own, additionalCertificates: null, offline: true);
        }

        return tls;
    }
}
