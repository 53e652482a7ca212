using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace OrleansSie.Silo.Configuration;

/// <summary>
/// Reads how one Redis server is reached. A value may be given by its key or by the key that names its file. If the environment sets one
/// and the configuration file the other, the environment wins; both from one source is a fault. A fault shows neither the content of a
/// file nor its path, since either may be a secret by mistake.
/// </summary>
internal sealed class RedisSettings(Settings settings, RedisKeys keys, Func<string, string> readFile, List<ConfigurationError> faults)
{
    /// <summary>The options; without what is not given or not legal.</summary>
    public RedisOptions Read()
    {
        var (connection, connectionFile) = Secret(keys.Connection, keys.ConnectionFile, content => content.Trim());
        var (password, passwordFile) = Secret(keys.Password, keys.PasswordFile, WithoutLineEnd);
        var user = settings.Get(keys.User);
        CheckTwice(connection, user, password);
        CheckTls(connection);
        return new()
        {
            ConnectionString = connection,
            ConnectionStringFile = connectionFile,
            User = user,
            Password = password,
            PasswordFile = passwordFile,
            CaFile = settings.Get(keys.CaFile),
            Authorities = Authorities(),
            ClientCertificateFile = settings.Get(keys.ClientCertificateFile),
            ClientKeyFile = settings.Get(keys.ClientKeyFile),
            ClientCertificate = ClientCertificate(),
        };
    }

    private (string? Value, string? File) Secret(ConfigurationKey<string?> text, ConfigurationKey<string?> file, Func<string, string> trim)
    {
        var (textGiven, fileGiven) = (settings.Raw(text), settings.Raw(file));
        if (textGiven is not null && fileGiven is not null && textGiven.FromEnvironment == fileGiven.FromEnvironment)
        {
            faults.Add(new($"{textGiven.Place} and {fileGiven.Place} are both given", "keep one of them"));
            return default;
        }

        if (fileGiven is null || textGiven is { FromEnvironment: true })
        {
            return (settings.Get(text), null);
        }

        if (Content(file, text.Accepts) is not { } content)
        {
            return default;
        }

        if (text.TryRead(trim(content), out _))
        {
            return (trim(content), settings.Get(file));
        }

        faults.Add(NotUnderstood(file, text.Accepts));
        return default;
    }

    private void CheckTwice(string? connection, string? user, string? password)
    {
        var own = connection is null ? null : RedisConnectionString.Parse(connection);
        if (own?.Password is not null && password is not null)
        {
            faults.Add(Twice(keys.Password, "a password"));
        }

        if (own?.User is not null && user is not null)
        {
            faults.Add(Twice(keys.User, "a user"));
        }
    }

    private ConfigurationError Twice(ConfigurationKey key, string what) => new(
        $"{key.Path} is given, and the connection string of {keys.Connection.Path} holds {what} too", "take it out of the connection string");

    private void CheckTls(string? connection)
    {
        foreach (var key in new[] { keys.CaFile, keys.ClientCertificateFile })
        {
            if (settings.IsGiven(key) && connection is not null && RedisConnectionString.Parse(connection) is { Ssl: false })
            {
                faults.Add(new($"{key.Path} is given, but the connection string of {keys.Connection.Path} has no ssl=true", "add ssl=true to it"));
            }
        }

        if (settings.IsGiven(keys.ClientKeyFile) && !settings.IsGiven(keys.ClientCertificateFile))
        {
            faults.Add(new($"{keys.ClientKeyFile.Path} is given without its certificate", $"set {keys.ClientCertificateFile.Path} too"));
        }
    }

    private X509Certificate2Collection? Authorities() => Pem(keys.CaFile, "one certificate or more in PEM", content =>
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(content);
        return authorities.Count > 0 ? authorities : throw new CryptographicException();
    });

    private X509Certificate2? ClientCertificate()
    {
        const string Accepts = "a certificate in PEM, with its key there or in client_key_file";
        var key = settings.IsGiven(keys.ClientKeyFile) ? Content(keys.ClientKeyFile, "that certificate's private key in PEM") : null;
        return settings.IsGiven(keys.ClientKeyFile) && key is null
            ? null
            : Pem(keys.ClientCertificateFile, Accepts, content => X509Certificate2.CreateFromPem(content, key ?? content));
    }

    private T? Pem<T>(ConfigurationKey<string?> file, string accepts, Func<string, T> parse)
        where T : class
    {
        try
        {
            return Content(file, accepts) is { } content ? parse(content) : null;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            faults.Add(NotUnderstood(file, accepts));
            return null;
        }
    }

    private string? Content(ConfigurationKey<string?> file, string accepts)
    {
        if (settings.Get(file) is not { } path)
        {
            return null;
        }

        if (FileSource.TryRead(path, readFile, out var content, out var reason))
        {
            return content;
        }

        faults.Add(new($"{settings.Raw(file)!.Place} names a file that {reason}", $"give a file that holds {accepts}"));
        return null;
    }

    private ConfigurationError NotUnderstood(ConfigurationKey<string?> file, string accepts) => new(
        $"{settings.Raw(file)!.Place} names a file whose content cannot be understood (a secret is not shown)",
        $"give a file that holds {accepts}");

    /// <summary>Editors and <c>echo</c> end a file with a newline; every other character may be the password's.</summary>
    private static string WithoutLineEnd(string content) =>
        content.EndsWith("\r\n", StringComparison.Ordinal) ? content[..^2] : content.EndsWith('\n') ? content[..^1] : content;
}

/// <summary>
/// Reads a Redis connection string: servers as host:port, then options, a password last. StackExchange.Redis reads any text between two
/// commas as a server, and shows its servers in messages. So it would show the rest of a password that holds a comma. Here such a string
/// is not legal.
/// </summary>
internal static class RedisConnectionString
{
    /// <summary>Whether <paramref name="text"/> can be used.</summary>
    public static bool IsLegal(string text) => Parse(text) is not null;

    /// <summary>Its options, or null where it is not legal. Its servers hold no part of a secret.</summary>
    public static ConfigurationOptions? Parse(string text)
    {
        var items = text.Split(',', StringSplitOptions.TrimEntries);
        var options = items.SkipWhile(IsServer).ToArray();
        if (options.Length == items.Length || !options.All(IsOption) || options.SkipLast(1).Any(IsPassword))
        {
            return null;
        }

        try
        {
            return ConfigurationOptions.Parse(string.Join(',', items), ignoreUnknown: false);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static bool IsServer(string item) => ValueFormats.HostAndPort.TryRead(item, out _);

    private static bool IsOption(string item) => item.IndexOf('=', StringComparison.Ordinal) > 0;

    private static bool IsPassword(string option) =>
        option.Split('=')[0].Trim().Equals("password", StringComparison.OrdinalIgnoreCase);
}
