using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Testing;
using OrleansSie.Testing.Parts;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>A real silo and a real Redis that goes away, hangs, refuses or is not there yet; Pub/Sub is ours, so that delivery attempts can be read.</summary>
[Collection(nameof(EmulatorTests))]
public sealed class StoreOutageTests
{
    [SystemTheory]
    [InlineData("hangs")]
    [InlineData("refuses")]
    public async Task Store_ThatIsAway_StopsPullingAndSpendsNoAttempt(string way)
    {
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        await using var server = await PubSubAsync();
        using var pubSub = new PubSubRest($"127.0.0.1:{server.Port}", "example-one");
        await using var silo = Start(folder.Path, redis.ConnectionString, $"127.0.0.1:{server.Port}");
        await silo.ReadyAsync();
        await pubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
        await Eventually.IsAsync(silo.MetricsAsync, m => m?.Messages("created") == 1);

        await SetAwayAsync(redis, way, isAway: true);
        await Eventually.IsAsync(silo.MetricsAsync, m => m?["sie_store_available"] == 0);
        await pubSub.PublishAsync(LocalSilo.Interruptions, [.. Enumerable.Range(0, 20).Select(i => Entries.Interruption(operation: $"op-{i}"))]);
        var away = await Eventually.IsAsync(async () => await silo.ReadinessAsync() ?? "", a => a.Contains("cannot be written", StringComparison.Ordinal));

        Assert.StartsWith("not ready", away, StringComparison.Ordinal);
        Assert.All((await silo.MetricsAsync())!.Of("sie_pull_circuit_open").Values, open => Assert.Equal(1, open));

        await SetAwayAsync(redis, way, isAway: false);
        var back = await Eventually.IsAsync(silo.MetricsAsync, m => m?.Interruptions("fake-cluster") == 20 && m.Messages("counted") == 20);
        Assert.Equal(1, back!["sie_store_available"]);
        Assert.Equal(0, back.Messages("duplicate"));
        Assert.DoesNotContain(back.Of("sie_delivery_failures_total"), f => f.Value > 0);
        await silo.ReadyAsync();
        Assert.Equal(0, (await silo.TerminateAsync()).ExitCode);
    }

    [SystemFact]
    public async Task Start_WhileStoreAndMembershipAreAbsent_ServesWhyAndJoinsByItself()
    {
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        redis.Kill();
        await using var server = await PubSubAsync();
        using var pubSub = new PubSubRest($"127.0.0.1:{server.Port}", "example-one");
        await pubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
        await pubSub.PublishAsync(LocalSilo.Interruptions, Entries.Interruption());
        await using var silo = Start(folder.Path, redis.ConnectionString, $"127.0.0.1:{server.Port}");

        var answer = await Eventually.IsAsync(
            async () => await silo.ReadinessAsync() ?? "", a => a.Contains($"{redis.ConnectionString} cannot be written", StringComparison.Ordinal));
        Assert.Contains("has not joined its cluster yet", answer, StringComparison.Ordinal);
        var metrics = (await silo.MetricsAsync())!;
        Assert.Equal((0, 0), (metrics["sie_store_available"], metrics["sie_ready"]));
        Assert.Empty(metrics.Of("interruption_events_total"));

        await redis.StartAgainAsync();
        await Eventually.IsAsync(silo.MetricsAsync, m => m?.Interruptions("fake-cluster") == 1);
        await silo.ReadyAsync();
    }

    [SystemFact]
    public async Task Sigterm_WhileTheStoreIsAbsent_EndsTheProcess()
    {
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        redis.Kill();
        await using var server = await PubSubAsync();
        await using var silo = Start(folder.Path, redis.ConnectionString, $"127.0.0.1:{server.Port}");
        await Eventually.IsAsync(async () => await silo.ReadinessAsync() ?? "", a => a.Contains("cannot be written", StringComparison.Ordinal));

        var (exitCode, took) = await silo.TerminateAsync();

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [SystemFact]
    public async Task Join_ThatRedisRefuses_IsTriedAgainUntilItIsAllowed()
    {
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        await redis.CommandAsync("ACL SETUSER default -hsetnx");
        await using var server = await PubSubAsync();
        await using var silo = Start(folder.Path, redis.ConnectionString, $"127.0.0.1:{server.Port}");

        await Eventually.IsAsync(() => Task.FromResult(silo.Output), o => o.Contains("The membership table fell away while this silo joins", StringComparison.Ordinal));
        Assert.StartsWith("not ready", await silo.ReadinessAsync(), StringComparison.Ordinal);
        await redis.CommandAsync("ACL SETUSER default +hsetnx");

        await silo.ReadyAsync();
    }

    [SystemFact]
    public async Task Silo_ThatTheOthersDeclaredDead_EndsInOneLineAndAsksToBeStartedAgain()
    {
        const string Members = "orleans-sie/members/orleans-sie";
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path);
        await using var server = await PubSubAsync();
        await using var silo = Start(folder.Path, redis.ConnectionString, $"127.0.0.1:{server.Port}");
        await silo.ReadyAsync();

        await using var table = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var rows = await table.GetDatabase().HashGetAllAsync(Members);
        var row = rows.Single(r => r.Name != "Version");
        var version = int.Parse(rows.Single(r => r.Name == "Version").Value.ToString(), CultureInfo.InvariantCulture) + 1;
        var dead = row.Value.ToString().Replace("\"Status\":3", "\"Status\":6", StringComparison.Ordinal);
        await table.GetDatabase().HashSetAsync(Members, [new("Version", version), new(row.Name, dead)]);

        Assert.Equal(75, await silo.ExitedAsync());

        Assert.Contains("The silo ends at once and must be started again", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Process terminated", silo.Output, StringComparison.Ordinal);
    }

    private static async Task<LocalPubSubServer> PubSubAsync() => (await StartUp.StartLocalPubSubAsync(
        new SieOptions { ProjectName = "example-one", Local = new LocalOptions { PubSubPort = 0 } }, NullLoggerFactory.Instance))!;

    private static SiloProcess Start(string folder, string redis, string pubSub) =>
        SiloProcess.StartOnRedis(folder, "example-one", redis, pubSub, logLevel: "info");

    /// <summary>Takes the store away, or gives it back.</summary>
    private static async Task SetAwayAsync(RedisServer redis, string way, bool isAway)
    {
        if (way == "refuses")
        {
            await redis.RefuseWritesAsync(isAway);
        }
        else if (isAway)
        {
            redis.Freeze();
        }
        else
        {
            redis.Thaw();
        }
    }
}
