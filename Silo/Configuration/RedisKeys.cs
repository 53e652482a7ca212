namespace OrleansSie.Silo.Configuration;

/// <summary>The rows of the table of settings for one Redis server.</summary>
internal sealed class RedisKeys
{
    /// <param name="section">Where they stand in the file: <c>storage.redis</c>.</param>
    /// <param name="redis">The options that they set.</param>
    /// <param name="effect">What the server is for.</param>
    /// <param name="otherwise">The server where none is given, in words.</param>
    public RedisKeys(string section, Func<SieOptions, RedisOptions> redis, string effect, string otherwise)
    {
        Connection = Key("connection_string", ValueFormats.RedisConnection, r => r.ConnectionString, effect, otherwise, isSecret: true);
        ConnectionFile = Key(
            "connection_string_file", ValueFormats.OptionalFilePath, r => r.ConnectionStringFile,
            "File that holds it.");
        User = Key("user", ValueFormats.Anything, r => r.User, "User, if not the server's default.");
        Password = Key("password", ValueFormats.Secret, r => r.Password, "Its password; use the environment.", isSecret: true);
        PasswordFile = Key(
            "password_file", ValueFormats.OptionalFilePath, r => r.PasswordFile,
            "File that holds it.");
        CaFile = Key(
            "ca_file", ValueFormats.OptionalFilePath, r => r.CaFile,
            "PEM file of the only authorities to trust; needs `ssl=true`.");
        ClientCertificateFile = Key(
            "client_certificate_file", ValueFormats.OptionalFilePath, r => r.ClientCertificateFile,
            "PEM file of the client certificate; needs `ssl=true`.");
        ClientKeyFile = Key(
            "client_key_file", ValueFormats.OptionalFilePath, r => r.ClientKeyFile,
            "PEM file of its private key, if elsewhere.");

        ConfigurationKey<string?> Key(
            string name, ValueFormat<string?> format, Func<RedisOptions, string?> property, string does,
            string byDefault = ConfigurationKey.NotSet, bool isSecret = false) =>
            new($"{section}.{name}", format, options => property(redis(options)), does) { IsSecret = isSecret, DefaultInWords = byDefault };
    }

    public ConfigurationKey<string?> Connection { get; }

    public ConfigurationKey<string?> ConnectionFile { get; }

    public ConfigurationKey<string?> User { get; }

    public ConfigurationKey<string?> Password { get; }

    public ConfigurationKey<string?> PasswordFile { get; }

    public ConfigurationKey<string?> CaFile { get; }

    public ConfigurationKey<string?> ClientCertificateFile { get; }

    public ConfigurationKey<string?> ClientKeyFile { get; }

    /// <summary>The keys, in the order of the documentation.</summary>
    public IReadOnlyList<ConfigurationKey> All =>
        [Connection, ConnectionFile, User, Password, PasswordFile, CaFile, ClientCertificateFile, ClientKeyFile];
}
