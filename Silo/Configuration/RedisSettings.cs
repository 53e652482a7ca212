namespace OrleansSie.Silo.Configuration;

/// <summary>Reads a Redis connection string from its key or from the file that its other key names.</summary>
internal static class RedisSettings
{
    /// <summary>
    /// The connection string; none where it is not given or not legal, which is reported. Of the two keys the one that the environment
    /// sets goes before the one of the file; both from one source is a fault.
    /// </summary>
    public static RedisOptions Read(
        Settings settings,
        ConfigurationKey<string?> text,
        ConfigurationKey<string?> file,
        Func<string, string> readFile,
        List<ConfigurationFault> faults)
    {
        var (textGiven, fileGiven) = (settings.Raw(text), settings.Raw(file));
        if (textGiven is not null && fileGiven is not null && textGiven.FromEnvironment == fileGiven.FromEnvironment)
        {
            faults.Add(new(text.Path, $"{textGiven.Place} and {fileGiven.Place} are both given", "keep one of them"));
            return new();
        }

        if (fileGiven is null || textGiven is { FromEnvironment: true } || settings.Get(file) is not { } path)
        {
            return new() { ConnectionString = settings.Get(text) };
        }

        if (ReadFile(path, text, readFile, out var fault) is { } content)
        {
            return new() { ConnectionString = content, ConnectionStringFile = path };
        }

        faults.Add(new(file.Path, $"{fileGiven.Place} names a file {fault}", $"give a file that holds {text.Accepts}"));
        return new();
    }

    /// <summary>The content of a legal file, or the fault. Neither path nor content is told: by mistake either may be a secret.</summary>
    private static string? ReadFile(string path, ConfigurationKey<string?> text, Func<string, string> readFile, out string fault)
    {
        if (!FileSource.TryRead(path, readFile, out var content, out var reason))
        {
            fault = $"that {reason}";
            return null;
        }

        fault = "whose content cannot be understood (a secret is not shown)";
        return text.TryRead(content.Trim(), out _) ? content.Trim() : null;
    }
}
