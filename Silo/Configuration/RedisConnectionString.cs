using StackExchange.Redis;

namespace OrleansSie.Silo.Configuration;

/// <summary>What can be told of a Redis connection string without connecting.</summary>
internal static class RedisConnectionString
{
    /// <summary>Whether StackExchange.Redis understands every part of <paramref name="text"/> and it names a server.</summary>
    public static bool IsLegal(string text) => !text.Contains("://", StringComparison.Ordinal) && Parse(text) is { EndPoints.Count: > 0 };

    /// <summary>Whether <paramref name="text"/> holds a password.</summary>
    public static bool HasPassword(string text) => !string.IsNullOrEmpty(Parse(text)?.Password);

    private static ConfigurationOptions? Parse(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text, ignoreUnknown: false);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }
}
