using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Totals;
using OrleansSie.Testing;
using OrleansSie.Testing.Parts;
using OrleansSie.Tests.Grains;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>Three silos in this process over one Pub/Sub and one store: the load is shared, the counts are the same.</summary>
public sealed class ThreeSiloTests
{
    private const int Clusters = 5;
    private const int Instances = 600;

    [Fact]
    public async Task ThreeSilos_OnOneSubscription_ShareTheLoadAndAgreeOnTheCounts()
    {
        var options = new SieOptions();
        await using var server = (await StartUp.StartLocalPubSubAsync(
            new SieOptions { Local = new LocalOptions { PubSubPort = 0 } }, NullLoggerFactory.Instance))!;
        using var pubSub = new PubSubRest($"127.0.0.1:{server.Port}", options.ProjectName);
        await using var cluster = InProcessSilos.Build(3, options, server.Port, new TestStorage());
        await cluster.DeployAsync(TestContext.Current.CancellationToken);

        var instances = Enumerable.Range(0, Instances).ToArray();
        await PublishAsync(pubSub, LocalSilo.Interruptions, instances.Select(i => Entries.Interruption($"node-{i}", $"op-{i}")));
        await PublishAsync(pubSub, LocalSilo.Creations, instances.Select(i => Entries.Creation($"node-{i}", $"c{i % Clusters}")));
        await PublishAsync(pubSub, LocalSilo.Interruptions, instances.Select(i => Entries.Interruption($"node-{i}", $"op-{i}")));

        var expositions = await Eventually.IsAsync(
            () => ScrapeAsync(cluster),
            all => all.All(e => Totals(e).Sum() == Instances) && all.Sum(Settled) >= 3 * Instances && Outstanding(server) == 0);
        Assert.All(expositions, e => Assert.Equal(Enumerable.Repeat((double)Instances / Clusters, Clusters), Totals(e)));
        Assert.All(expositions, e => Assert.True(Settled(e) > 0, "each silo took part"));
        Assert.Equal(3 * Instances, expositions.Sum(Settled));
        Assert.Equal(0, expositions.Sum(e => e.Messages(nameof(Outcome.none))));
        Assert.Equal(Instances, expositions.Sum(e => e.Messages(nameof(Outcome.created))));
        Assert.Equal(Instances, expositions.Sum(e => e.Messages(nameof(Outcome.duplicate))));
    }

    [Fact]
    public async Task OneTarget_AnsweredByAnySiloInTurn_NeverGoesBackAndIsExactAtOnce()
    {
        var options = new SieOptions();
        await using var server = (await StartUp.StartLocalPubSubAsync(
            new SieOptions { Local = new LocalOptions { PubSubPort = 0 } }, NullLoggerFactory.Instance))!;
        using var pubSub = new PubSubRest($"127.0.0.1:{server.Port}", options.ProjectName);
        await using var cluster = InProcessSilos.Build(3, options, server.Port, new TestStorage());
        await cluster.DeployAsync(TestContext.Current.CancellationToken);
        await Eventually.IsAsync(() => cluster.Silos[0].ServiceProvider.GetRequiredService<ClusterSnapshots>().CatchUpAsync(), isIndexLoaded => isIndexLoaded);
        var instances = Enumerable.Range(0, Instances).ToArray();
        var publishing = Task.WhenAll(
            PublishAsync(pubSub, LocalSilo.Interruptions, instances.Select(i => Entries.Interruption($"node-{i}", $"op-{i}"))),
            PublishAsync(pubSub, LocalSilo.Creations, instances.Select(i => Entries.Creation($"node-{i}", "one"))));

        var (shown, scrapes) = (0.0, 0);
        for (; !publishing.IsCompleted || Outstanding(server) > 0; scrapes++)
        {
            var now = Totals(await InProcessSilos.ScrapeClusterWideAsync(cluster.Silos[scrapes % 3])).Sum();
            Assert.True(now >= shown, $"{now} after {shown}");
            shown = now;
        }

        await publishing;
        Assert.True(scrapes > 3, "each silo was asked while the counts rose");
        foreach (var silo in cluster.Silos)
        {
            Assert.Equal(Instances, Totals(await InProcessSilos.ScrapeClusterWideAsync(silo)).Sum());
        }
    }

    /// <summary>In small portions, so that no one pull takes them all.</summary>
    private static async Task PublishAsync(PubSubRest pubSub, string topic, IEnumerable<string> messages)
    {
        foreach (var portion in messages.Chunk(20))
        {
            await pubSub.PublishAsync(topic, portion);
        }
    }

    private static async Task<IReadOnlyList<Exposition>> ScrapeAsync(InProcessTestCluster cluster)
    {
        var all = new List<Exposition>();
        foreach (var silo in cluster.Silos)
        {
            all.Add(await InProcessSilos.ScrapeAsync(silo));
        }

        return all;
    }

    private static double Settled(Exposition exposition) => exposition.Of(MetricNames.Messages).Values.Sum();

    private static IEnumerable<double> Totals(Exposition exposition) => exposition.Of(MetricNames.InterruptionEvents).Values;

    private static int Outstanding(LocalPubSubServer server) =>
        new SieOptions().Subscriptions.Sum(server.Broker.Outstanding);
}
