using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Testing.Compute;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using OrleansSie.Tests.EndToEnd;
using OrleansSie.Tests.Grains;
using Xunit;

namespace OrleansSie.Tests.Compute;

/// <summary>Three silos in this process against one Compute API: one of them lists.</summary>
public sealed class InventorySilosTests
{
    private const int Instances = 20_000;
    private const string Project = "local-project";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThreeSilos_ListOnce()
    {
        await using var compute = await StartComputeAsync();
        await using var server = await StartPubSubAsync();
        var told = new ToldInstances();
        await using var cluster = Build(compute, server, told);

        await cluster.DeployAsync(Cancel);
        await Eventually.IsAsync(() => LastSuccessesAsync(cluster), all => all.Count == 1);

        Assert.Equal(1, compute.Listings);
        Assert.Equal(Instances / 500, compute.Requests.Count);
        Assert.Equal(Instances, told.Seen.Select(t => t.Instance).Distinct().Count());
        Assert.Equal(Instances, told.Seen.Count);
        Assert.All(await ScrapeAsync(cluster), e => Assert.Equal(1, e["sie_inventory_enabled"]));
    }

    [Fact]
    public async Task ListSoon_ListsAgainAndTellsNobodyAnything()
    {
        await using var compute = await StartComputeAsync(2000);
        await using var server = await StartPubSubAsync();
        var told = new ToldInstances();
        await using var cluster = Build(compute, server, told);
        await cluster.DeployAsync(Cancel);
        var first = await Eventually.IsAsync(() => LastSuccessesAsync(cluster), all => all.Count == 1);
        told.Clear();

        cluster.Silos[0].ServiceProvider.GetRequiredService<IInventoryTrigger>().InterruptionWaits(Project);

        await Eventually.IsAsync(() => LastSuccessesAsync(cluster), all => all.Max() > first[0]);
        Assert.Equal(8, compute.Requests.Count);
        Assert.Equal(2, compute.Listings);
        Assert.Empty(told.Seen);
    }

    [SystemFact]
    public async Task WorkersSilo_KilledMidListing_AnotherFinishes()
    {
        await using var compute = await StartComputeAsync();
        var reached = new TaskCompletionSource();
        var dead = new TaskCompletionSource();
        compute.Answer = r =>
        {
            if (r.PageToken != "page-10000")
            {
                return null;
            }

            reached.TrySetResult();
            return new FakeAnswer { After = dead.Task };
        };
        await using var server = await StartPubSubAsync();
        var told = new ToldInstances();
        await using var cluster = Build(compute, server, told);
        await cluster.DeployAsync(Cancel);
        await reached.Task.WaitAsync(Cancel);
        Assert.InRange(told.Seen.Count, 1, 10_000);

        var first = await WorkerAsync(cluster);
        await cluster.KillSiloAsync(first, Cancel);
        dead.SetResult();

        await Eventually.IsAsync(
            () => Task.FromResult(told.Seen.Select(t => t.Instance).Distinct().Count()), count => count == Instances, TimeSpan.FromMinutes(2));
        Assert.NotEqual(first.SiloAddress, (await WorkerAsync(cluster)).SiloAddress);
        Assert.Equal(2, compute.Listings);
    }

    [Fact]
    public async Task Silo_IsReadyAndStopsWhileTheListingHangs()
    {
        await using var compute = await StartComputeAsync();
        var asked = new TaskCompletionSource();
        var hangs = new TaskCompletionSource();
        compute.Answer = _ =>
        {
            asked.TrySetResult();
            return new FakeAnswer { After = hangs.Task };
        };
        await using var server = await StartPubSubAsync();
        using var folder = new TemporaryFolder();
        var options = Options(compute, new StorageOptions { Path = folder.Path });
        await using var store = await StartUp.OpenStoreAsync(options);
        await using var app = SiloHost.Build(options, store, server.Port);
        await app.StartAsync(Cancel);
        await asked.Task.WaitAsync(Cancel);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var pubSub = new PubSubRest($"127.0.0.1:{server.Port}", Project);
        await pubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
        await pubSub.PublishAsync(LocalSilo.Interruptions, Entries.Interruption());

        await Eventually.IsAsync(
            async () => new Exposition(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel)),
            metrics => metrics["sie_ready"] == 1 && metrics.Interruptions("fake-cluster") == 1);

        Assert.Equal(1, compute.Listings);
        Assert.Null(new Exposition(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel))
            [$"sie_inventory_last_success_timestamp_seconds{{project=\"{Project}\"}}"]);
        var stopping = TimeProvider.System.GetTimestamp();
        await app.StopAsync(Cancel);
        Assert.True(TimeProvider.System.GetElapsedTime(stopping) < TimeSpan.FromSeconds(20), "a listing that hangs does not hold up the stop");
    }

    [SystemFact]
    public async Task Preemption_OfAListedInstanceWithoutACreationEvent_IsAttributed()
    {
        await using var compute = await StartComputeAsync();
        await using var server = await StartPubSubAsync();
        var storage = new TestStorage();
        await using var cluster = Build(compute, server, told: null, storage);
        await cluster.DeployAsync(Cancel);
        var first = await Eventually.IsAsync(() => LastSuccessesAsync(cluster), all => all.Count == 1);
        Assert.Equal(1, compute.Listings);
        using var pubSub = new PubSubRest($"127.0.0.1:{server.Port}", Project);
        var listed = FakeInstance.Numbered(7);

        await pubSub.PublishAsync(
            LocalSilo.Interruptions,
            Entries.Interruption(listed.Name, "op-1", Project).Replace("europe-west1-c", listed.Zone, StringComparison.Ordinal));

        await Eventually.IsAsync(
            () => ScrapeAsync(cluster), all => all.All(e => e.Interruptions(listed.Cluster) == 1) && all.Sum(e => e.Messages("counted")) == 1);

        var written = InstanceWrites(storage);
        cluster.Silos[0].ServiceProvider.GetRequiredService<IInventoryTrigger>().InterruptionWaits(Project);
        await Eventually.IsAsync(() => LastSuccessesAsync(cluster), all => all.Max() > first[0]);
        Assert.Equal(2 * Instances / 500, compute.Requests.Count);
        Assert.Equal(written, InstanceWrites(storage));
    }

    private static SieOptions Options(FakeCompute compute, StorageOptions? storage = null) => new()
    {
        IsLocal = false,
        ProjectName = Project,
        Compute = new ComputeOptions { Endpoint = compute.Endpoint },
        Prometheus = new PrometheusOptions { Port = 0 },
        Clustering = new ClusteringOptions { SiloPort = LoopbackPorts.Free() },
        Storage = storage ?? new StorageOptions(),
    };

    private static InProcessTestCluster Build(FakeCompute compute, LocalPubSubServer server, ToldInstances? told, TestStorage? storage = null) =>
        InProcessSilos.Build(3, Options(compute), server.Port, storage ?? new TestStorage(), silo =>
        {
            if (told is not null)
            {
                silo.Services.AddSingleton<IListedInstances>(told);
            }
        });

    private static int InstanceWrites(TestStorage storage) =>
        storage.Writes.Count(w => w.Record.Contains("/instances/", StringComparison.Ordinal));

    private static async Task<FakeCompute> StartComputeAsync(int count = Instances)
    {
        var compute = await FakeCompute.StartAsync();
        compute.PutInstances(Project, Enumerable.Range(0, count).Select(FakeInstance.Numbered));
        return compute;
    }

    private static async Task<LocalPubSubServer> StartPubSubAsync() => (await StartUp.StartLocalPubSubAsync(
        new SieOptions { Local = new LocalOptions { PubSubPort = 0 } }, NullLoggerFactory.Instance))!;

    private static async Task<IReadOnlyList<Exposition>> ScrapeAsync(InProcessTestCluster cluster)
    {
        var all = new List<Exposition>();
        foreach (var silo in cluster.Silos)
        {
            all.Add(await InProcessSilos.ScrapeAsync(silo));
        }

        return all;
    }

    /// <summary>The listings that ended, over all silos.</summary>
    private static async Task<IReadOnlyList<double>> LastSuccessesAsync(InProcessTestCluster cluster) =>
        [.. (await ScrapeAsync(cluster)).SelectMany(e => e.Of(MetricNames.InventoryLastSuccess).Values)];

    private static async Task<InProcessSiloHandle> WorkerAsync(InProcessTestCluster cluster)
    {
        var address = await cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(cluster.Client.GetGrain<IInventoryGrain>(Project));
        return cluster.Silos.Single(silo => silo.SiloAddress.Equals(address));
    }
}
