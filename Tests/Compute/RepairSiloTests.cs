using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Testing;
using OrleansSie.Testing.Compute;
using OrleansSie.Testing.Machine;
using OrleansSie.Tests.Grains;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Compute;

/// <summary>The whole silo, started again after a downtime longer than its subscription kept messages.</summary>
public sealed class RepairSiloTests
{
    [Fact]
    public async Task Silo_StartedAfterALongDowntime_CountsWhatItsSubscriptionLost()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var folder = new TemporaryFolder();
        await using var compute = await FakeCompute.StartAsync();
        compute.Put("p", "instances", []);
        compute.Put("p", "operations", RepairWorld.Preemptions(1).Select(preemption => preemption with
        {
            InsertTime = now.AddHours(-1).ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
        }));
        await using var pubSub = await StartPubSubAsync();
        var before = Options(folder, compute, pubSub, repair: false);
        await RunAsync(before, async (grains, metrics) =>
        {
            await grains.GetGrain<IInstanceGrain>(RepairWorld.InstanceOf(1)).Handle(
                Created("create", 1, now.AddDays(-1)) with { Instance = RepairWorld.InstanceOf(1) });
            await grains.GetGrain<IPullMarkGrain>(before.Subscriptions[^1]).Pulled(now.AddHours(-4), before.PubSub.MessageRetention, ["p"]);
            Assert.Equal(0, (await metrics())["sie_repair_enabled"]);
        });

        await RunAsync(Options(folder, compute, pubSub, repair: true), async (_, metrics) =>
        {
            var document = await Eventually.IsAsync(metrics, d => d["sie_repair_runs_total{project=\"p\",result=\"complete\"}"] == 1);
            document = await Eventually.IsAsync(metrics, d => d.Interruptions("c") == 1);
            Assert.Equal(1, document["sie_repair_events_total{project=\"p\",outcome=\"counted\"}"]);
            Assert.Equal(1, document["sie_repair_enabled"]);
        });
    }

    private static SieOptions Options(TemporaryFolder folder, FakeCompute compute, LocalPubSubServer pubSub, bool repair) => new()
    {
        IsLocal = false,
        LogLevel = LogLevel.Warning,
        ProjectName = "p",
        PubSub = new PubSubOptions
        {
            ProjectName = "p",
            EmulatorHost = $"127.0.0.1:{pubSub.Port}",
            MessageRetention = TimeSpan.FromMinutes(10),
        },
        Compute = new ComputeOptions { Endpoint = compute.Endpoint },
        Repair = new RepairOptions { Enabled = repair },
        Prometheus = new PrometheusOptions { Port = 0 },
        Clustering = new ClusteringOptions { SiloPort = LoopbackPorts.Free() },
        Storage = new StorageOptions { Path = folder.Path },
    };

    private static Task<LocalPubSubServer> StartPubSubAsync() => LocalPubSubServer.StartAsync(
        new LocalPubSubSettings
        {
            Port = 0,
            Logging = NullLoggerFactory.Instance,
            Ready =
            [
                ("projects/p/topics/creations", "projects/p/subscriptions/sie-creation-subscription"),
                ("projects/p/topics/interruptions", "projects/p/subscriptions/sie-interruption-subscription"),
            ],
        },
        TestContext.Current.CancellationToken);

    private static async Task RunAsync(SieOptions options, Func<IGrainFactory, Func<Task<Exposition>>, Task> act)
    {
        await using var store = await StartUp.OpenStoreAsync(options);
        await using var app = SiloHost.Build(options, store, localPubSub: null);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        var address = new Uri(new Uri(app.Urls.Single()), "/metrics");
        await act(
            app.Services.GetRequiredService<IGrainFactory>(),
            async () => new Exposition(await http.GetStringAsync(address, TestContext.Current.CancellationToken)));
        await app.StopAsync(TestContext.Current.CancellationToken);
    }
}
