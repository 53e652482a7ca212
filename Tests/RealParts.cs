using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests;

/// <summary>The parts that a user has and this repository has not. A test that needs one that is missing says so and is skipped.</summary>
internal static class RealParts
{
    /// <summary>host:port of Google's own Pub/Sub emulator, from <c>SIE_TEST_PUBSUB_EMULATOR</c>.</summary>
    public static string Emulator()
    {
        var host = Environment.GetEnvironmentVariable("SIE_TEST_PUBSUB_EMULATOR");
        Assert.SkipWhen(string.IsNullOrEmpty(host), "Google's Pub/Sub emulator is missing: start it and set SIE_TEST_PUBSUB_EMULATOR to its host:port.");
        return host!;
    }

    /// <summary>A redis-server of this test's own, append-only and synced at every write, that ends with the test.</summary>
    public static Task<RedisServer> RedisAsync(string folder) => RedisAsync(folder, RedisServer.Durable());

    /// <summary>The same with settings of the test's own.</summary>
    public static Task<RedisServer> RedisAsync(string folder, params string[] settings)
    {
        Program("redis-server", "redis-server");
        return RedisServer.StartAsync(folder, settings, TestContext.Current.CancellationToken);
    }

    /// <summary>The path of a program; the test is skipped where it is missing.</summary>
    public static string Program(string program, string package)
    {
        var binary = Programs.Find(program);
        Assert.SkipWhen(binary is null, $"{program} is missing: install it (Debian: apt-get install {package}).");
        return binary!;
    }
}
