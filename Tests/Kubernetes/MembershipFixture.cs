using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using k8s;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Clustering.Kubernetes;
using OrleansSie.Testing.Kubernetes;
using Xunit;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>
/// An API server and independent handles upon one table in it, or upon several. The server is a fake; with the variable
/// SIE_TEST_KUBECONFIG it is the real one of that file, where each ground makes a namespace and removes it, and tests that need more than
/// the API of ConfigMaps are skipped.
/// </summary>
internal sealed class MembershipFixture : IAsyncDisposable
{
    public const string Table = "members";
    public const string Alive = "members-alive";

    private readonly ConcurrentBag<ConfigMapApi> _apis = [];
    private readonly FakeApiServer? _fake;
    private readonly RealApiServer? _real;

    private MembershipFixture(FakeApiServer? fake, RealApiServer? real) => (_fake, _real) = (fake, real);

    /// <summary>The fake, with its knobs.</summary>
    public FakeApiServer Server
    {
        get
        {
            Assert.SkipWhen(_fake is null, "This needs the fake API server: run it without SIE_TEST_KUBECONFIG.");
            return _fake!;
        }
    }

    public string Namespace => _real?.Namespace ?? FakeApiServer.Namespace;

    /// <summary>How often a handle asked its host to stop.</summary>
    public int Stops { get; private set; }

    public static DateTime Noon { get; } = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);

    public static async Task<MembershipFixture> StartAsync() => RealApiServer.KubeConfig is null
        ? new(await FakeApiServer.StartAsync(), null)
        : new(null, await RealApiServer.PrepareAsync(TestContext.Current.CancellationToken));

    public static async Task<(MembershipFixture ChaosEnvironment, IMembershipTable Table)> StartWithTableAsync()
    {
        var ground = await StartAsync();
        var table = ground.Handle();
        await table.InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);
        return (ground, table);
    }

    /// <summary>A handle that shares nothing with another one but the server.</summary>
    public KubernetesMembershipTable Handle(
        string clusterId = "prod",
        string serviceId = "shop",
        string name = Table,
        TimeProvider? time = null,
        KubernetesClusteringOptions? options = null,
        KubernetesMembershipStatus? status = null,
        ILogger? logger = null)
    {
        options ??= new KubernetesClusteringOptions { InitTimeout = TimeSpan.FromSeconds(5) };
        var clock = time ?? TimeProvider.System;
        var state = status ?? new KubernetesMembershipStatus();
        var log = logger ?? NullLogger.Instance;
        var api = Api(clusterId, serviceId, name, clock, options.RequestTimeout);
        return new KubernetesMembershipTable(api, Reader(api, state, log), state, options, clock, log);
    }

    public TableReader Reader(ConfigMapApi api, KubernetesMembershipStatus? status = null, ILogger? logger = null, bool isSilo = true) =>
        new(api, status ?? new KubernetesMembershipStatus(), isSilo ? () => Stops++ : null, logger ?? NullLogger.Instance);

    public ConfigMapApi Api(
        string clusterId = "prod", string serviceId = "shop", string name = Table, TimeProvider? time = null, TimeSpan? timeout = null)
    {
        var config = Configuration();
        var limit = timeout ?? TimeSpan.FromSeconds(5);
        var identity = new TableIdentity(Namespace, name, serviceId, clusterId);
        var api = new ConfigMapApi(KubernetesConnection.Connect(config, limit), identity, limit, time ?? TimeProvider.System);
        _apis.Add(api);
        return api;
    }

    public KubernetesClientConfiguration Configuration()
    {
        var config = _fake is null
            ? RealApiServer.Configuration()
            : new() { Host = _fake.Url, SslCaCerts = [_fake.Authority], AccessToken = FakeApiServer.Token };
        config.Namespace = Namespace;
        return config;
    }

    /// <summary>A kubeconfig that leads to the server, in a folder.</summary>
    public string KubeConfigIn(string folder) => _fake is null ? RealApiServer.KubeConfig! : KubeConfig.Write(folder, _fake);

    public static SiloAddress Address(int number, int generation = 1) =>
        SiloAddress.New(IPAddress.Parse($"10.0.{number / 250}.{(number % 250) + 1}"), 11111, generation);

    public static MembershipEntry Entry(SiloAddress silo, SiloStatus status = SiloStatus.Joining) => new()
    {
        SiloAddress = silo,
        Status = status,
        SiloName = string.Create(CultureInfo.InvariantCulture, $"silo-{silo.Endpoint.Address}"),
        HostName = "a-host",
        RoleName = "a-role",
        ProxyPort = 30000,
        UpdateZone = 3,
        FaultZone = 4,
        StartTime = Noon,
        IAmAliveTime = Noon.AddTicks(1),
    };

    /// <summary>One of the objects, as any reader of the API sees it; null if there is none.</summary>
    public JsonObject? Find(string name) => _real is null ? Server.Objects.Find(Namespace, name) : _real.Find(name);

    public JsonObject Get(string name) => Find(name) ?? throw new InvalidOperationException($"{name} is not there.");

    public string? Stored(string key, string name = Table) => (string?)Find(name)?["data"]?[key];

    public string? Revision(string name = Table) => (string?)Find(name)?["metadata"]?["resourceVersion"];

    /// <summary>Makes an object behind the handles' backs.</summary>
    public void Create(JsonObject body) => Do(() => Server.Objects.Create(Namespace, body, false), real => real.Create(body));

    public void Replace(string name, JsonObject body) => Do(() => Server.Objects.Replace(Namespace, name, body, false), real => real.Replace(name, body));

    public void Merge(string name, JsonObject patch) => Do(() => Server.Objects.Merge(Namespace, name, patch, false), real => real.Merge(name, patch));

    public void Delete(string name) => Do(() => Server.Objects.Delete(Namespace, name), real => real.Delete(name));

    public async ValueTask DisposeAsync()
    {
        foreach (var api in _apis)
        {
            api.Dispose();
        }

        await (_fake?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_real?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private void Do(Action fake, Action<RealApiServer> real)
    {
        if (_real is null)
        {
            fake();
        }
        else
        {
            real(_real);
        }
    }
}
