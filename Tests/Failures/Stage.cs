using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Testing.Kubernetes;
using OrleansSie.Testing.Parts;
using OrleansSie.Testing.Proxies;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Failures;

/// <summary>
/// Silo processes over a real Redis and a Pub/Sub in this process, with a way to each that can be cut or slow, and what was published
/// to them: so that after a fault every silo can be asked for the exact counts.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    private const string Project = "example-failures";
    private const int Clusters = 4;
    private const int Portion = 20;

    /// <summary>The ConfigMap of the membership table, where it is in Kubernetes.</summary>
    public const string MembershipTable = "sie-membership";

    private readonly TemporaryFolder _folder;
    private readonly LocalPubSubServer _server;
    private readonly PubSubRest _pubSub;
    private readonly List<SiloProcess> _silos = [];
    private readonly List<SiloProcess> _ignored = [];
    private readonly HashSet<int> _lost = [];
    private readonly bool _isCluster;
    private string? _kubeConfig;
    private int _pods;
    private int _instances;
    private int _before;

    private Stage(TemporaryFolder folder, RedisServer redis, LocalPubSubServer server, bool isCluster)
    {
        _folder = folder;
        _server = server;
        _isCluster = isCluster;
        _pubSub = new PubSubRest($"127.0.0.1:{server.Port}", Project);
        Redis = redis;
        WayToStore = TcpProxy.Start("127.0.0.1", redis.Port);
        WayToPubSub = TcpProxy.Start("127.0.0.1", server.Port);
    }

    public RedisServer Redis { get; }

    public TcpProxy WayToStore { get; }

    public TcpProxy WayToPubSub { get; }

    /// <summary>The API server that holds the membership table; null where Redis does.</summary>
    public FakeApiServer? ApiServer { get; private set; }

    /// <summary>The silos that were started and not <see cref="RemoveAsync">removed</see>.</summary>
    public IReadOnlyList<SiloProcess> Silos => _silos;

    /// <summary>Messages that Pub/Sub still holds.</summary>
    public int Outstanding => Subscriptions.Sum(s => _server.Broker.Outstanding(s.Subscription));

    private IEnumerable<int> Published => Enumerable.Range(0, _instances).Where(i => !_lost.Contains(i));

    private static (string Topic, string Subscription)[] Subscriptions =>
    [
        ($"projects/{Project}/topics/{LocalSilo.Creations}", $"projects/{Project}/subscriptions/sie-creation-subscription"),
        ($"projects/{Project}/topics/{LocalSilo.Interruptions}", $"projects/{Project}/subscriptions/sie-interruption-subscription"),
    ];

    /// <summary>One silo stands alone; several form a cluster over the same Redis. All are ready.</summary>
    public static async Task<Stage> StartAsync(int silos)
    {
        var stage = await SetAsync(isCluster: silos > 1);
        for (var i = 0; i < silos; i++)
        {
            stage.AddSilo();
        }

        await stage.ReadyAsync();
        return stage;
    }

    /// <summary>The first silo of a cluster, so that all grains there are live on it.</summary>
    public static async Task<Stage> StartClusterAsync()
    {
        var stage = await SetAsync(isCluster: true);
        stage.AddSilo();
        await stage.ReadyAsync();
        return stage;
    }

    /// <summary>Silos that find each other through a Kubernetes API, where both objects of the table were made before; none is started yet.</summary>
    public static async Task<Stage> StartOnKubernetesAsync()
    {
        var stage = await SetAsync(isCluster: true);
        stage.ApiServer = await FakeApiServer.StartAsync();
        stage._kubeConfig = KubeConfig.Write(stage._folder.Path, stage.ApiServer);
        stage.ApiServer.Prepare(MembershipTable);
        return stage;
    }

    /// <summary>Starts one more silo, on ports of its own.</summary>
    /// <param name="pod">Its name; by default a new one.</param>
    /// <param name="logLevel">What it logs.</param>
    /// <param name="kubeConfig">How it reaches the API server; by default as the others do.</param>
    public SiloProcess AddSilo(string? pod = null, string logLevel = "warn", string? kubeConfig = null)
    {
        var kubernetes = _kubeConfig is null ? null : new Dictionary<string, string>
        {
            ["SIE__CLUSTERING__PROVIDER"] = "kubernetes",
            ["SIE__CLUSTERING__KUBERNETES__CONFIG_MAP"] = MembershipTable,
            ["KUBECONFIG"] = kubeConfig ?? _kubeConfig,
            ["HOME"] = _folder.Path,
            ["POD_NAME"] = pod ?? $"sie-{_pods++}",
        };
        var silo = SiloProcess.StartOnRedis(
            _folder.Path, Project, $"127.0.0.1:{WayToStore.Port}", $"127.0.0.1:{WayToPubSub.Port}", isMember: _isCluster, logLevel, kubernetes);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>Asks this silo nothing more; it must have ended by itself or been killed.</summary>
    public async Task RemoveAsync(SiloProcess silo)
    {
        _silos.Remove(silo);
        await silo.DisposeAsync();
    }

    /// <summary>Kills a silo with SIGKILL and asks it nothing more.</summary>
    public async Task KillAsync(SiloProcess silo)
    {
        silo.Kill();
        await silo.ExitedAsync();
        await RemoveAsync(silo);
    }

    /// <summary>Asks this silo nothing more; it goes on living.</summary>
    public void Ignore(SiloProcess silo)
    {
        _silos.Remove(silo);
        _ignored.Add(silo);
    }

    /// <summary>What every silo shows.</summary>
    public async Task<IReadOnlyList<Exposition>> MetricsAsync() =>
        [.. (await Task.WhenAll(_silos.Select(s => s.MetricsAsync()))).Select(m => m ?? throw new InvalidOperationException("a silo does not answer"))];

    public async Task ReadyAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.ReadyAsync();
        }
    }

    /// <summary>Publishes new instances, and lets the fault happen when the first of them are counted and most are not.</summary>
    public async Task PublishDuringAsync(SiloProcess silo, int instances, Func<Task> fault)
    {
        await PublishAsync(Clusters);
        await CountsGoOnFromAsync(silo, 0);
        var shown = Total(await silo.MetricsAsync());
        var publishing = PublishAsync(instances);
        await CountsGoOnFromAsync(silo, shown);
        await fault();
        await publishing;
    }

    /// <summary>Publishes a creation and an interruption of each of so many new instances, in small portions that several silos can share.</summary>
    public async Task PublishAsync(int instances)
    {
        _before = Published.Count();
        foreach (var portion in Enumerable.Range(_instances, instances).Chunk(Portion))
        {
            await _pubSub.PublishAsync(LocalSilo.Interruptions, [.. portion.Select(Interruption)]);
            await _pubSub.PublishAsync(LocalSilo.Creations, [.. portion.Select(i => Entries.Creation($"node-{i}", $"cluster-{i % Clusters}"))]);
            _instances += portion.Length;
        }
    }

    /// <summary>The store has lost the newest instances: they are no longer expected, and not published again.</summary>
    public void Forget(int instances) => _lost.UnionWith(Enumerable.Range(_instances - instances, instances));

    public Task PublishRawAsync(params string[] messages) => _pubSub.PublishAsync(LocalSilo.Interruptions, messages);

    /// <summary>Waits until a silo shows some of what was published last.</summary>
    public Task CountsGoOnAsync(SiloProcess silo) => CountsGoOnFromAsync(silo, _before);

    private static Task<Exposition?> CountsGoOnFromAsync(SiloProcess silo, double before) => UntilAsync(silo, m => Total(m) > before);

    public static Task<Exposition?> UntilAsync(SiloProcess silo, Func<Exposition, bool> satisfies, TimeSpan? patience = null) =>
        Eventually.IsAsync(silo.MetricsAsync, metrics => metrics is not null && satisfies(metrics), patience);

    /// <summary>All interruptions that a silo shows.</summary>
    public static double Total(Exposition? metrics) => metrics is null ? 0 : Sum(metrics, MetricNames.InterruptionEvents);

    /// <summary>A metric over all its labels.</summary>
    public static double Sum(Exposition metrics, string metric) => metrics[metric] ?? metrics.Of(metric).Values.Sum();

    /// <summary>Waits until a silo has found out that its store cannot be written: it says so, and pulls nothing more.</summary>
    public static async Task<Exposition> WithoutStoreAsync(SiloProcess silo)
    {
        var down = await UntilAsync(silo, metrics => metrics[MetricNames.StoreAvailable] == 0);
        await Eventually.IsAsync(silo.ReadinessAsync, answer => answer?.Contains("cannot be written", StringComparison.Ordinal) == true);
        Assert.All(down!.Of(MetricNames.CircuitOpen).Values, open => Assert.Equal(1, open));
        return down;
    }

    /// <summary>Messages settled by all of these.</summary>
    public static double Settled(IEnumerable<Exposition> silos) => silos.Sum(m => Sum(m, MetricNames.Messages));

    /// <summary>
    /// Waits until every silo serves exactly what was published and nothing is unsettled; then publishes every interruption again
    /// under new message ids, and new instances after them, and sees that those alone are counted.
    /// </summary>
    public async Task IsExactAsync()
    {
        await CountedAsync();
        await _pubSub.PublishAsync(LocalSilo.Interruptions, [.. Published.Select(Interruption)]);
        await Eventually.IsAsync(() => Task.FromResult(Outstanding), outstanding => outstanding == 0);
        await PublishAsync(Clusters);
        await CountedAsync();
    }

    /// <summary>Waits until every silo serves exactly what was published and nothing is unsettled.</summary>
    public async Task CountedAsync()
    {
        var expected = Published.CountBy(i => $"cluster-{i % Clusters}")
            .ToDictionary(c => $"kubernetes_cluster=\"{c.Key}\"", c => (double)c.Value);
        await Eventually.IsAsync(
            async () => $"{Outstanding} unsettled\n" + string.Join('\n', await Task.WhenAll(_silos.Select(CountsAsync))),
            answer => answer == $"0 unsettled\n" + string.Join('\n', _silos.Select(_ => Text(expected))));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.Concat(_ignored))
        {
            await silo.DisposeAsync();
        }

        await WayToStore.DisposeAsync();
        await WayToPubSub.DisposeAsync();
        _pubSub.Dispose();
        await _server.DisposeAsync();
        await (ApiServer?.DisposeAsync() ?? ValueTask.CompletedTask);
        Redis.Dispose();
        _folder.Dispose();
    }

    private static async Task<Stage> SetAsync(bool isCluster)
    {
        var folder = new TemporaryFolder();
        var redis = await RealParts.RedisAsync(folder.Path);
        var server = await LocalPubSubServer.StartAsync(new LocalPubSubSettings { Ready = Subscriptions }, TestContext.Current.CancellationToken);
        return new Stage(folder, redis, server, isCluster);
    }

    private static string Interruption(int instance) => Entries.Interruption($"node-{instance}", $"op-{instance}");

    private static async Task<string> CountsAsync(SiloProcess silo) =>
        await silo.MetricsAsync() is { } metrics ? Text(metrics.Of(MetricNames.InterruptionEvents)) : "no answer";

    private static string Text(IEnumerable<KeyValuePair<string, double>> counts) =>
        string.Join(' ', counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}: {c.Value}"));
}
