using OrleansSie.Silo.LocalPubSub.Protocol;
using Microsoft.Extensions.Logging;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>A silo that watches two projects, of which one is broken: its subscriptions do not exist.</summary>
public sealed class SeveralProjectsTests
{
    private const string Missing = "projects/example-two/subscriptions/sie-interruption-subscription";

    [Fact]
    public async Task BrokenProject_AmongTwo_IsNamedAndTouchesNotTheOther()
    {
        var options = new SieOptions
        {
            IsLocal = false,
            LogLevel = LogLevel.Critical,
            ProjectName = "example-one",
            Projects = [Project("example-one"), Project("example-two")],
            Prometheus = new PrometheusOptions { Port = 0 },
            Clustering = new ClusteringOptions { SiloPort = LoopbackPorts.Free() },
            Storage = new StorageOptions { Provider = StorageProvider.memory },
            Inventory = new InventoryOptions { Enabled = false },
            Repair = new RepairOptions { Enabled = false },
        };
        await using var server = await LocalPubSubServer.StartAsync(new LocalPubSubSettings(), TestContext.Current.CancellationToken);
        Create(server.Broker, "example-one");
        await using var store = await StartUp.OpenStoreAsync(options);
        await using var app = SiloHost.Build(options, store, server.Port);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var pubSub = new PubSubRest($"127.0.0.1:{server.Port}", "example-one");

        await pubSub.PublishAsync(LocalSilo.Creations, Entries.Creation("node", project: "example-one"));
        await pubSub.PublishAsync(LocalSilo.Interruptions, Entries.Interruption("node", "op-1", "example-one"));
        await Eventually.IsAsync(() => MetricsAsync(http), m => m.Interruptions("fake-cluster") == 1 && Available(m, Missing) == 0);
        using var ready = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        var body = await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.True(ready.IsSuccessStatusCode, body);
        Assert.Equal("ready", body.Split('\n')[0]);
        Assert.Contains($"{Missing} cannot be pulled: ", body, StringComparison.Ordinal);
        var metrics = await MetricsAsync(http);
        Assert.Equal(1, metrics["sie_ready"]);
        Assert.Equal(1, Available(metrics, "projects/example-one/subscriptions/sie-interruption-subscription"));

        // Mended, it is taken up by itself.
        Create(server.Broker, "example-two");
        await Eventually.IsAsync(() => MetricsAsync(http), m => Available(m, Missing) == 1);
        await Eventually.IsAsync(
            () => http.GetStringAsync(new Uri("/healthz/ready", UriKind.Relative), TestContext.Current.CancellationToken), text => text == "ready\n");
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<Exposition> MetricsAsync(HttpClient http) =>
        new(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken));

    private static double? Available(Exposition metrics, string subscription) =>
        metrics[$"sie_subscription_available{{subscription=\"{subscription}\"}}"];

    private static ProjectOptions Project(string name) => new()
    {
        Name = name,
        InstanceCreationSubscriptionName = "sie-creation-subscription",
        InstanceInterruptionSubscriptionName = "sie-interruption-subscription",
    };

    private static void Create(LocalBroker broker, string project)
    {
        foreach (var (topic, subscription) in new[] { (LocalSilo.Creations, "sie-creation-subscription"), (LocalSilo.Interruptions, "sie-interruption-subscription") })
        {
            broker.CreateTopic(new Topic { Name = $"projects/{project}/topics/{topic}" });
            broker.CreateSubscription(new Subscription
            {
                Name = $"projects/{project}/subscriptions/{subscription}",
                Topic = $"projects/{project}/topics/{topic}",
            });
        }
    }
}
