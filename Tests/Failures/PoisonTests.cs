using OrleansSie.Silo.LocalPubSub.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Events;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Testing.Parts;
using OrleansSie.Tests.EndToEnd;
using OrleansSie.Tests.Grains;
using Xunit;

namespace OrleansSie.Tests.Failures;

/// <summary>A message whose handling fails for ever, through the whole silo: no other message waits for it, and the dead-letter policy takes it.</summary>
[Collection(nameof(FailureRows))]
public sealed class PoisonTests
{
    private const int Others = 30;
    private const string Topics = "projects/local-project/topics/";
    private const string Dead = "projects/local-project/subscriptions/dead";

    [SystemFact]
    public async Task Poison_OfACorruptRecord_IsDeadLetteredAndHoldsUpNoOther()
    {
        var options = new SieOptions();
        await using var server = await LocalPubSubServer.StartAsync(new LocalPubSubSettings(), TestContext.Current.CancellationToken);
        Prepare(server.Broker, options);
        using var pubSub = new PubSubRest($"127.0.0.1:{server.Port}", options.ProjectName);
        await using var cluster = Build(options, server.Port);
        await cluster.DeployAsync(TestContext.Current.CancellationToken);

        await pubSub.PublishAsync(LocalSilo.Interruptions, Entries.Interruption("poison", "op-poison"));
        await pubSub.PublishAsync(LocalSilo.Creations, [.. Enumerable.Range(0, Others).Select(i => Entries.Creation($"node-{i}", "healthy"))]);
        await pubSub.PublishAsync(LocalSilo.Interruptions, [.. Enumerable.Range(0, Others).Select(i => Entries.Interruption($"node-{i}", $"op-{i}"))]);

        var metrics = await Eventually.IsAsync(
            () => ScrapeAsync(cluster),
            m => m.Interruptions("healthy") == Others && server.Broker.Outstanding(Dead) == 1 && options.Subscriptions.Sum(server.Broker.Outstanding) == 0
                && Stage.Sum(m, MetricNames.DeliveryFailures) >= 5);
        Assert.Equal(5, Stage.Sum(metrics, MetricNames.DeliveryFailures));
        Assert.Equal(2 * Others, Stage.Sum(metrics, MetricNames.Messages));
        var letter = Assert.Single(await server.Broker.PullAsync(Dead, 10, returnImmediately: true, TestContext.Current.CancellationToken));
        Assert.Equal("5", letter.Message.Attributes["CloudPubSubDeadLetterSourceDeliveryCount"]);
        Assert.Contains("op-poison", letter.Message.Data.ToStringUtf8(), StringComparison.Ordinal);
    }

    private static void Prepare(LocalBroker broker, SieOptions options)
    {
        foreach (var topic in new[] { LocalSilo.Creations, LocalSilo.Interruptions, "dead" })
        {
            broker.CreateTopic(new Topic { Name = Topics + topic });
        }

        broker.CreateSubscription(new Subscription { Name = Dead, Topic = Topics + "dead" });
        foreach (var subscription in options.Subscriptions)
        {
            var topic = subscription.Contains("creation", StringComparison.Ordinal) ? LocalSilo.Creations : LocalSilo.Interruptions;
            var policy = new DeadLetterPolicy { DeadLetterTopic = Topics + "dead", MaxDeliveryAttempts = 5 };
            broker.CreateSubscription(new Subscription { Name = subscription, Topic = Topics + topic, DeadLetterPolicy = policy });
        }
    }

    private static InProcessTestCluster Build(SieOptions options, int pubSubPort)
    {
        var storage = new TestStorage();
        storage.Put($"instance:projects/{options.ProjectName}/zones/europe-west1-c/instances/poison", "{ this is no record");
        storage.Put("instance:projects/123456789/zones/europe-west1-c/instances/poison", "{ this is no record");
        return InProcessSilos.Build(1, options, pubSubPort, storage, silo =>
            silo.Services.AddSingleton(new DirectDeliverySettings(CallTimeout: TimeSpan.FromSeconds(30), Deadline: TimeSpan.FromMilliseconds(300))));
    }

    private static Task<Exposition> ScrapeAsync(InProcessTestCluster cluster) => InProcessSilos.ScrapeAsync(cluster.Silos[0]);
}
