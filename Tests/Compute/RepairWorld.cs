using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Testing.Compute;
using OrleansSie.Tests.Grains;
using Xunit;
using static OrleansSie.Tests.Grains.Events;

namespace OrleansSie.Tests.Compute;

/// <summary>The grains with their repairer over a store and a Compute API that may both outlive them.</summary>
internal sealed class RepairWorld : IAsyncDisposable
{
    private readonly string _project;
    private readonly MetricsRegistry _registry;
    private readonly Dictionary<RepairResult, int> _ended = [];

    private RepairWorld(GrainCluster cluster, SieOptions options, MetricsRegistry registry, RepairMetrics metrics)
    {
        Cluster = cluster;
        Options = options;
        Metrics = metrics;
        _registry = registry;
        _project = options.ProjectName;
    }

    public GrainCluster Cluster { get; }

    public SieOptions Options { get; }

    public RepairMetrics Metrics { get; }

    public string Subscription => Options.Subscriptions[^1];

    public IPullMarkGrain Mark => Cluster.Grains.GetGrain<IPullMarkGrain>(Subscription);

    public static async Task<RepairWorld> StartAsync(FakeCompute compute, TestStorage? storage = null, string project = "p", short silos = 1)
    {
        var options = new SieOptions
        {
            IsLocal = false,
            ProjectName = project,
            PubSub = new PubSubOptions { ProjectName = project, MessageRetention = TimeSpan.FromMinutes(10) },
            Compute = new ComputeOptions { Endpoint = compute.Endpoint },
        };
        var registry = new MetricsRegistry();
        var metrics = new RepairMetrics(registry);
        var cluster = await GrainCluster.StartAsync(storage, silos, configure: silo =>
        {
            silo.Services.AddSingleton(options);
            silo.Services.AddSingleton(new ComputeApi(options, new SkippingTime()));
            silo.Services.AddSingleton(metrics);
        });
        return new RepairWorld(cluster, options, registry, metrics);
    }

    /// <summary>Pulls at eight and then at noon, from a subscription that keeps messages for ten minutes.</summary>
    public async Task LoseTheMorningAsync()
    {
        await PulledAsync(Noon.AddHours(-4));
        await PulledAsync(Noon);
    }

    public Task PulledAsync(DateTimeOffset at) => Mark.Pulled(at, Options.PubSub.MessageRetention, [_project]);

    public Task EnsureRunningAsync() => Cluster.Grains.GetGrain<IRepairGrain>(_project).EnsureRunning();

    /// <summary>Kills the silo that has the repairer, without a word to the others.</summary>
    public async Task KillSiloOfTheWorkerAsync()
    {
        var worker = Cluster.Grains.GetGrain<IRepairGrain>(_project);
        var address = await Cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(worker);
        var silo = Cluster.Cluster.Silos.Single(s => s.SiloAddress.Equals(address));
        await Cluster.Cluster.KillSiloAsync(silo, TestContext.Current.CancellationToken);
    }

    /// <summary>Repairs what there is, and waits until one more attempt has ended so than this was called before.</summary>
    public async Task RepairAsync(RepairResult result = RepairResult.complete)
    {
        var expected = _ended[result] = _ended.GetValueOrDefault(result) + 1;
        await Eventually.IsAsync(
            async () =>
            {
                try
                {
                    await EnsureRunningAsync();
                }
                catch (Exception e) when (e is OrleansException or TimeoutException)
                {
                    // The silo of the repairer is dead and not declared so yet: every silo asks again in its next round.
                }

                return await MetricsAsync();
            },
            document => Runs(document, result) >= expected);
    }

    /// <summary>Waits until the repairer has looked and found nothing to do.</summary>
    public async Task NothingToRepairAsync()
    {
        await EnsureRunningAsync();
        await Eventually.IsAsync(MetricsAsync, document => document[$"sie_repair_gap_seconds{{project=\"{_project}\"}}"] == 0);
        Assert.Null(await Mark.GetLost(_project));
    }

    public async Task<Exposition> MetricsAsync()
    {
        using var text = new MemoryStream();
        await _registry.Registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return new Exposition(Encoding.UTF8.GetString(text.ToArray()));
    }

    /// <summary>Preemptions that repair found, by outcome.</summary>
    public async Task<double> FoundAsync(Outcome outcome) =>
        (await MetricsAsync())[$"sie_repair_events_total{{project=\"{_project}\",outcome=\"{outcome}\"}}"] ?? 0;

    public async Task<double> ErrorsAsync(ComputeError reason) =>
        (await MetricsAsync())[$"sie_repair_errors_total{{project=\"{_project}\",reason=\"{reason}\"}}"] ?? 0;

    /// <summary>Makes nodes of one cluster known, with their numeric ids 1, 2 and so on.</summary>
    public Task CreateAsync(int count) => Task.WhenAll(Enumerable.Range(1, count).Select(i => Cluster.SendAsync(
        Created($"create-{i}", (ulong)i, Noon.AddDays(-1)) with { Instance = InstanceOf(i) })));

    public static string InstanceOf(int number) => $"projects/p/zones/europe-west1-c/instances/gke-{number}";

    /// <summary>The preemption of each of those nodes.</summary>
    public static IEnumerable<FakeOperation> Preemptions(int count) => Enumerable.Range(1, count)
        .Select(i => new FakeOperation("europe-west1-c", $"systemevent-{i:D4}", $"gke-{i}", (ulong)i));

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    private double Runs(Exposition document, RepairResult result) =>
        document[$"sie_repair_runs_total{{project=\"{_project}\",result=\"{result}\"}}"] ?? 0;
}
