using StackExchange.Redis;

namespace OrleansSie.Silo.Configuration;

/// <summary>
/// Reads a Redis connection string: servers as host:port, then options, a password last. StackExchange.Redis alone takes whatever stands
/// between two commas for a server, so the rest of a password that has a comma, and shows its servers. Here such a string is not legal.
/// </summary>
internal static class RedisConnectionString
{
    private const string Password = "password";

    /// <summary>Whether <paramref name="text"/> can be used.</summary>
    public static bool IsLegal(string text) => Parse(text) is not null;

    /// <summary>What it says, or null where it is not legal. Its servers hold no part of a secret.</summary>
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
        option.Split('=')[0].Trim().Equals(Password, StringComparison.OrdinalIgnoreCase);
}
