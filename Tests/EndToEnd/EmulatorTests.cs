using System.Globalization;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>Real parts: Google's Pub/Sub emulator, Redis, processes of our own.</summary>
[Collection(nameof(FailureRows))]
public sealed class EmulatorTests
{
    private const int Clusters = 20;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    [SystemFact]
    public async Task OneSilo_OnTheOriginalsFile_CountsEveryOneExactly()
    {
        const int Instances = 8_000;
        using var folder = new TemporaryFolder();
        using var pubSub = await PrepareAsync("example-one");
        var file = Path.Combine(folder.Path, "config.yaml");
        await File.WriteAllTextAsync(file, OriginalsFile("example-one"), TestContext.Current.CancellationToken);
        var port = LoopbackPorts.Free();
        await using var silo = SiloProcess.Start(folder.Path, port, new Dictionary<string, string>
        {
            ["CONFIG_PATH"] = file,
            ["PUBSUB_EMULATOR_HOST"] = RealParts.Emulator(),
            ["SIE__PROMETHEUS__PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["SIE__CLUSTERING__SILO_PORT"] = "0",
            ["SIE__LOG_LEVEL"] = "warn",
        });

        await PublishAsync(pubSub, Instances);

        var metrics = await Eventually.IsAsync(silo.MetricsAsync, m => m is not null && Settled(m) >= 2 * Instances && Total(m) >= Instances, _patience);
        AssertExact(metrics!, Instances);
        await AssertEmptyAsync(pubSub);
        Assert.Equal(2 * Instances, Settled(metrics!));
        Assert.Equal(0, metrics!.Messages("not_json") + metrics.Messages("none"));
        Assert.Equal(0, (await silo.TerminateAsync()).ExitCode);
    }

    [SystemFact]
    public async Task ThreeSilos_OnRedis_AgreeExactlyAndShareTheLoad()
    {
        const int Instances = 3_000;
        using var folder = new TemporaryFolder();
        using var pubSub = await PrepareAsync("example-three");
        using var redis = await RealParts.RedisAsync(folder.Path);
        var silos = Enumerable.Range(0, 3).Select(_ => StartMember(folder.Path, redis.ConnectionString)).ToList();
        try
        {
            foreach (var silo in silos)
            {
                await silo.ReadyAsync();
            }

            await PublishAsync(pubSub, Instances);

            var all = await Eventually.IsAsync(
                async () => await Task.WhenAll(silos.Select(s => s.MetricsAsync())),
                ms => ms.All(m => m is not null) && ms.Sum(m => Settled(m!)) >= 2 * Instances && ms.All(m => Total(m!) == Instances),
                _patience);
            Assert.All(all, m => AssertExact(m!, Instances));
            Assert.All(all, m => Assert.True(Settled(m!) > 0, "a silo settled nothing"));
            Assert.Equal(2 * Instances, all.Sum(m => Settled(m!)));
            await AssertEmptyAsync(pubSub);
            foreach (var silo in silos)
            {
                Assert.Equal(0, (await silo.TerminateAsync()).ExitCode);
            }
        }
        finally
        {
            foreach (var silo in silos)
            {
                await silo.DisposeAsync();
            }
        }
    }

    private static SiloProcess StartMember(string folder, string redis) =>
        SiloProcess.StartOnRedis(folder, "example-three", redis, RealParts.Emulator());

    private static async Task<PubSubRest> PrepareAsync(string project)
    {
        var pubSub = new PubSubRest(RealParts.Emulator(), project);
        await pubSub.CreateAsync();
        return pubSub;
    }

    private static async Task PublishAsync(PubSubRest pubSub, int instances)
    {
        var numbers = Enumerable.Range(0, instances).ToArray();
        await pubSub.PublishAsync(LocalSilo.Creations, [.. numbers.Select(i => Entries.Creation($"node-{i}", $"cluster-{i % Clusters}"))]);
        await pubSub.PublishAsync(LocalSilo.Interruptions, [.. numbers.Select(i => Entries.Interruption($"node-{i}", $"op-{i}"))]);
    }

    private static double Settled(Exposition metrics) => metrics.Of("sie_messages_total").Values.Sum();

    private static double Total(Exposition metrics) => metrics.Of("interruption_events_total").Values.Sum();

    private static void AssertExact(Exposition metrics, int instances)
    {
        var counts = metrics.Of("interruption_events_total");
        Assert.Equal(Clusters, counts.Count);
        Assert.All(counts.Values, count => Assert.Equal(instances / Clusters, count));
    }

    private static async Task AssertEmptyAsync(PubSubRest pubSub)
    {
        Assert.Equal(0, await pubSub.WaitingAsync("sie-creation-subscription"));
        Assert.Equal(0, await pubSub.WaitingAsync("sie-interruption-subscription"));
    }

    /// <summary>The original's file, as its README shows it, with the project's name.</summary>
    private static string OriginalsFile(string project) => $"""
        log_level: debug
        project_name: {project}
        pubsub:
          instance_creation_subscription_name: sie-creation-subscription
          instance_interruption_subscription_name: sie-interruption-subscription
        prometheus:
          port: 8090
          path: /metrics
        """;
}
