using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Testing;
using OrleansSie.Testing.Parts;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>A Redis that gives the silo the rights which docs/configuration.md names, and no more.</summary>
[Collection(nameof(EmulatorTests))]
public sealed partial class LeastRightsTests
{
    // The rest of it would be taken for a server and an option.
    private const string Password = "S3cretHead,S3cretTail:6379,name=S3cretName@%=";

    [SystemFact]
    public async Task Silos_WithTheDocumentedRights_FindEachOtherAndCount()
    {
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        var rights = Rights().Match(Repository.Read("docs/configuration.md")).Groups[1].Value;
        Assert.Equal("+OK", await redis.CommandAsync($"ACL SETUSER silo on >{Password} {rights}"));
        await using var server = (await StartUp.StartLocalPubSubAsync(
            new SieOptions { ProjectName = "example-one", Local = new LocalOptions { PubSubPort = 0 } }, NullLoggerFactory.Instance))!;
        using var pubSub = new PubSubRest($"127.0.0.1:{server.Port}", "example-one");
        var login = new Dictionary<string, string> { ["SIE__STORAGE__REDIS__USER"] = "silo", ["SIE__STORAGE__REDIS__PASSWORD"] = Password };
        SiloProcess Start() => SiloProcess.StartOnRedis(
            folder.Path, "example-one", redis.ConnectionString, $"127.0.0.1:{server.Port}", logLevel: "debug", more: login);
        await using var one = Start();
        await using var two = Start();
        await one.ReadyAsync();
        await two.ReadyAsync();

        await pubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
        await pubSub.PublishAsync(LocalSilo.Interruptions, [.. Enumerable.Range(0, 20).Select(i => Entries.Interruption(operation: $"op-{i}"))]);

        foreach (var silo in (SiloProcess[])[one, two])
        {
            var counted = await Eventually.IsAsync(silo.MetricsAsync, metrics => metrics?.Interruptions("fake-cluster") == 20);
            Assert.Contains(counted!.Of("sie_store_durability_info"), series => series.Key.Contains("always", StringComparison.Ordinal));
            Assert.Equal(0, (await silo.TerminateAsync()).ExitCode);
            Assert.DoesNotContain("S3cret", silo.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("NOPERM", silo.Output, StringComparison.Ordinal);
        }

        Assert.Empty(await RefusedAsync(redis));
    }

    /// <summary>What the server refused the user, but for what its client asks of every server and does without.</summary>
    private static async Task<string[]> RefusedAsync(RedisServer redis)
    {
        await using var client = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var log = (RedisResult[])(await client.GetDatabase().ExecuteAsync("ACL", "LOG", "100"))!;
        return
        [
            .. log.Select(entry => entry.ToDictionary()).Select(entry => $"{entry["reason"]} {entry["object"]}").Distinct()
                .Where(refused => refused is not ("command subscribe" or "command cluster|nodes" or "key __Booksleeve_TieBreak" or "channel __Booksleeve_MasterChanged")),
        ];
    }

    [GeneratedRegex("ACL SETUSER silo on '>[^']+' (.+)")]
    private static partial Regex Rights();
}
