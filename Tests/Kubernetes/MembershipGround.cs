using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Clustering.Kubernetes;
using OrleansSie.Tests.Kubernetes.Server;
using Xunit;
using k8s;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>A fake API server and independent handles upon one table in it, or upon several.</summary>
internal sealed class MembershipGround : IAsyncDisposable
{
    public const string Table = "members";
    public const string Alive = "members-alive";

    private readonly ConcurrentBag<ConfigMapApi> _apis = [];

    private MembershipGround(FakeApiServer server) => Server = server;

    public FakeApiServer Server { get; }

    /// <summary>How often a handle asked its host to stop.</summary>
    public int Stops { get; private set; }

    public static DateTime Noon { get; } = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);

    public static async Task<MembershipGround> StartAsync() => new(await FakeApiServer.StartAsync());

    public static async Task<(MembershipGround Ground, IMembershipTable Table)> StartWithTableAsync()
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

    public TableReader Reader(ConfigMapApi api, KubernetesMembershipStatus? status = null, ILogger? logger = null) =>
        new(api, status ?? new KubernetesMembershipStatus(), () => Stops++, logger ?? NullLogger.Instance);

    public ConfigMapApi Api(
        string clusterId = "prod", string serviceId = "shop", string name = Table, TimeProvider? time = null, TimeSpan? timeout = null)
    {
        var config = Configuration();
        var limit = timeout ?? TimeSpan.FromSeconds(5);
        var identity = new TableIdentity(FakeApiServer.Namespace, name, serviceId, clusterId);
        var api = new ConfigMapApi(KubernetesConnection.Connect(config, limit), identity, limit, time ?? TimeProvider.System);
        _apis.Add(api);
        return api;
    }

    public KubernetesClientConfiguration Configuration() => new()
    {
        Host = Server.Url, SslCaCerts = [Server.Authority], AccessToken = FakeApiServer.Token, Namespace = FakeApiServer.Namespace,
    };

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

    /// <summary>The fields of the newest data object of the table, as any reader of the API sees them.</summary>
    public string? Stored(string key, string name = Table) => (string?)Server.Objects.Find(FakeApiServer.Namespace, name)?["data"]?[key];

    public string? Revision(string name = Table) => (string?)Server.Objects.Find(FakeApiServer.Namespace, name)?["metadata"]?["resourceVersion"];

    public async ValueTask DisposeAsync()
    {
        foreach (var api in _apis)
        {
            api.Dispose();
        }

        await Server.DisposeAsync();
    }
}
