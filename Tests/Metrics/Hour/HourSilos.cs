using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streaming.PubSub;
using Orleans.TestingHost;
using OrleansSie.Grains;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Reach;
using OrleansSie.Silo.Storage;
using OrleansSie.Silo.Totals;
using OrleansSie.Silo.Web;
using OrleansSie.Testing;
using OrleansSie.Testing.Compute;
using OrleansSie.Testing.Parts;
using OrleansSie.Tests.EndToEnd;
using OrleansSie.Tests.Grains;
using Xunit;

namespace OrleansSie.Tests.Metrics.Hour;

/// <summary>Silos in this process whose grains, events and metrics have a clock that only the test moves. One project is listed.</summary>
internal sealed class HourSilos : IAsyncDisposable
{
    public const string Project = SieOptions.LocalProjectName;

    private readonly LocalPubSubServer _server;
    private readonly PubSubRest _pubSub;
    private readonly FakeCompute _compute;
    private readonly SieOptions _options;
    private readonly InProcessTestCluster _cluster;
    private readonly FakeTimeProvider _time;

    private HourSilos(LocalPubSubServer server, FakeCompute compute, FakeTimeProvider time)
    {
        _server = server;
        _compute = compute;
        _time = time;
        _options = new SieOptions { IsLocal = false, Compute = new ComputeOptions { Endpoint = compute.Endpoint } };
        _pubSub = new PubSubRest($"127.0.0.1:{server.Port}", Project, cancellationToken: Cancel);
        _cluster = InProcessSilos.Build(3, _options, server.Port, new TestStorage(), AddMetrics);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public IReadOnlyList<InProcessSiloHandle> Silos => _cluster.Silos;

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <param name="start">The clock's first time. It must be in the future: gRPC's deadlines are of this clock.</param>
    public static async Task<HourSilos> StartAsync(DateTimeOffset start)
    {
        var time = new FakeTimeProvider(start);
        string Full(string kind, string name) => $"projects/{Project}/{kind}/{name}";
        var ready = ((bool[])[true, false])
            .Select(creations => (Full("topics", Topics.Of(creations)), Full("subscriptions", Topics.SubscriptionOf(creations))));
        var server = await LocalPubSubServer.StartAsync(new LocalPubSubSettings { Time = time, Ready = [.. ready] }, Cancel);
        return new HourSilos(server, await FakeCompute.StartAsync(), time);
    }

    /// <summary>Starts the silos, and waits for their first listing.</summary>
    public async Task DeployAsync()
    {
        await _cluster.DeployAsync(Cancel);
        await ListedAsync();
    }

    public void MoveTo(DateTimeOffset at) => _time.SetUtcNow(at);

    /// <summary>From now on the Compute API lists these.</summary>
    public void Run(IEnumerable<FakeInstance> nodes) => _compute.PutInstances(Project, nodes);

    /// <summary>Publishes entries, and waits until each is settled.</summary>
    public async Task PublishAsync(string topic, params string[] entries)
    {
        await _pubSub.PublishAsync(topic, entries);
        await Eventually.IsAsync(() => Task.FromResult(_options.Subscriptions.Sum(_server.Broker.Outstanding)), outstanding => outstanding == 0);
    }

    /// <summary>Waits until the nodes were listed at this moment.</summary>
    public Task ListedAsync() => ShownAsync($"{MetricNames.InventoryLastSuccess}{{project=\"{Project}\"}} {Now.ToUnixTimeSeconds()}");

    /// <summary>Waits until a silo shows a sample.</summary>
    public Task ShownAsync(string sample) => Eventually.IsAsync(
        async () => string.Concat(await Task.WhenAll(Silos.Select(DocumentAsync))), all => all.Contains($"\n{sample}\n", StringComparison.Ordinal));

    /// <summary>The silo that has the project's worker.</summary>
    public async Task<InProcessSiloHandle> WorkersAsync()
    {
        var address = await _cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(_cluster.Client.GetGrain<IInventoryGrain>(Project));
        return Silos.Single(silo => silo.SiloAddress.Equals(address));
    }

    /// <summary>Ends a silo without its knowing. The others know when this returns.</summary>
    public async Task KillAsync(InProcessSiloHandle silo)
    {
        await _cluster.KillSiloAsync(silo, Cancel);
        await AgreeAsync();
    }

    public async Task<InProcessSiloHandle> AddAsync()
    {
        var added = await _cluster.StartAdditionalSiloAsync();
        await AgreeAsync();
        return added;
    }

    /// <summary>What a silo serves at /metrics now.</summary>
    public static async Task<string> DocumentAsync(InProcessSiloHandle silo)
    {
        // The copies count their age by the real clock, which hardly moves.
        var services = silo.ServiceProvider;
        await Task.WhenAll(
            services.GetRequiredService<ClusterSnapshots>().CatchUpAsync(),
            services.GetRequiredService<UnattributedSnapshots>().CatchUpAsync(),
            services.GetRequiredService<NodeSnapshots>().CatchUpAsync());
        using var body = new MemoryStream();
        await services.GetRequiredService<MetricsDocuments>().ServeAllAsync(new DefaultHttpContext { Response = { Body = body } });
        return Encoding.UTF8.GetString(body.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        _pubSub.Dispose();
        await _cluster.DisposeAsync();
        await _compute.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>Waits until each silo counts as many as there are, and has all counts.</summary>
    private async Task AgreeAsync() => await Eventually.IsAsync(
        () => Task.WhenAll(Silos.Select(DocumentAsync)),
        all => all.Select(text => new Exposition(text)).All(one => one.Value(MetricNames.Silos) == Silos.Count && one.Value(MetricNames.Ready) == 1));

    private void AddMetrics(ISiloBuilder silo)
    {
        TimeProvider wall = new WallTime(_time);
        silo.Services.AddKeyedSingleton<TimeProvider>(GrainClock.Name, _time);
        silo.Services.AddKeyedSingleton<TimeProvider>(InstanceStream.Provider, wall);
        silo.Services.AddSingleton(new StoreHealth(_ => Task.CompletedTask, "the store", wall, NullLogger<StoreHealth>.Instance));
        silo.Services.AddSingleton<IPubSubGate>(s => s.GetRequiredService<StoreHealth>());
        silo.Services.AddHostedService(s => s.GetRequiredService<StoreHealth>());
        silo.Services.AddHostedService<GrainMeterBridge>();
        silo.Services.AddSingleton<ProcessSeries>();
        silo.Services.AddSingleton<MembershipSeries>();
        silo.Services.AddSingleton<ClusterExit>();

        // The clock without a key stays the machine's: Orleans has deadlines by it.
        silo.Services.AddSingleton(s => ActivatorUtilities.CreateInstance<ClusterSeries>(s, wall));
        silo.Services.AddSingleton(s => ActivatorUtilities.CreateInstance<ClusterSnapshots>(s, wall));
        silo.Services.AddSingleton(s => ActivatorUtilities.CreateInstance<UnattributedSnapshots>(s, wall));
        silo.Services.AddSingleton(s => ActivatorUtilities.CreateInstance<NodeSnapshots>(s, wall));
        silo.Services.AddSingleton(s => ActivatorUtilities.CreateInstance<Readiness>(s, wall));
        silo.Services.AddSingleton(s => ActivatorUtilities.CreateInstance<MetricsDocuments>(s, wall));
    }

    /// <summary>The test's wall time with the machine's timers: pulls, leases and refreshes go on by themselves.</summary>
    private sealed class WallTime(FakeTimeProvider time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();
    }
}
