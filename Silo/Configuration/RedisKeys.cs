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
        Connection = new($"{section}.connection_string", ValueFormats.RedisConnection, options => redis(options).ConnectionString, effect)
        {
            IsSecret = true,
            DefaultInWords = otherwise,
        };
        ConnectionFile = File(
            $"{section}.connection_string_file", options => redis(options).ConnectionStringFile,
            "A file to read that connection string from at start, such as a mounted secret.");
        User = new(
            $"{section}.user", ValueFormats.Anything, options => redis(options).User,
            "The user to log in as, where that is not the server's default one.")
        {
            DefaultInWords = ConfigurationKey.NotSet,
        };
        Password = new(
            $"{section}.password", ValueFormats.Secret, options => redis(options).Password,
            "The user's password; give it by the environment.")
        {
            IsSecret = true,
            DefaultInWords = ConfigurationKey.NotSet,
        };
        PasswordFile = File(
            $"{section}.password_file", options => redis(options).PasswordFile,
            "A file to read that password from at start; a newline at its end is not part of it.");
        CaFile = File(
            $"{section}.ca_file", options => redis(options).CaFile,
            "A PEM file of the authorities that the server's certificate may be of, in place of the system's; needs ssl=true.");
        ClientCertificateFile = File(
            $"{section}.client_certificate_file", options => redis(options).ClientCertificateFile,
            "A PEM file of the certificate to show a server that asks for one; needs ssl=true.");
        ClientKeyFile = File(
            $"{section}.client_key_file", options => redis(options).ClientKeyFile,
            "A PEM file of that certificate's private key, where it is not in the same file.");
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

    private static ConfigurationKey<string?> File(string path, Func<SieOptions, string?> property, string effect) =>
        new(path, ValueFormats.OptionalFilePath, property, effect) { DefaultInWords = ConfigurationKey.NotSet };
}
