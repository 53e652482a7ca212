using System.Net;
using Orleans.Clustering.Kubernetes;
using Orleans.Configuration;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Reach;
using OrleansSie.Silo.Storage;
using StackExchange.Redis;

namespace OrleansSie.Silo.Hosting;

/// <summary>How silos find each other, and how soon they notice that one is gone.</summary>
internal static class ClusteringHosting
{
    // Far more than the grains in flight. Orleans' default of a million would keep the address of every instance ever heard of.
    private const int DirectoryCacheSize = 10_000;

    // A starting silo stops waiting for a silo that has given no sign of life for a minute. A silo that reaches neither its peers nor the API
    // for a shorter time is not declared dead by one vote. The row of a killed pod is ended by its successor in any case.
    private const int MissedSignsOnKubernetes = 12;

    public static ISiloBuilder AddClustering(this ISiloBuilder silo, SieOptions options, ConfigurationOptions? store)
    {
        var clustering = options.Clustering;
        silo.Configure<ClusterOptions>(cluster =>
        {
            cluster.ClusterId = clustering.ClusterId;
            cluster.ServiceId = clustering.ServiceId;
        });
        silo.Configure<GrainCollectionOptions>(collection => collection.EnableActivationSheddingOnMemoryPressure = true);
        silo.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = DirectoryCacheSize);
        if (clustering.SiloName is { } name)
        {
            silo.Configure<SiloOptions>(o => o.SiloName = name);
        }

        return clustering.Provider switch
        {
            ClusteringProvider.localhost => silo.UseLocalhostClustering(
                    Ports.OrFree(clustering.SiloPort), clustering.GatewayPort ?? 0, null, clustering.ServiceId, clustering.ClusterId)
                .Configure<EndpointOptions>(endpoints => endpoints.AdvertisedIPAddress = Loopback.Address),
            ClusteringProvider.redis => silo.UseRedis(clustering, store).UseTable(clustering),
            ClusteringProvider.kubernetes => silo.UseKubernetes(clustering).UseTable(clustering)
                .Configure<ClusterMembershipOptions>(membership => membership.NumMissedTableIAmAliveLimit = MissedSignsOnKubernetes),
            _ => throw new InvalidOperationException($"clustering.provider {clustering.Provider} passed validation but is not built."),
        };
    }

    private static ISiloBuilder UseRedis(this ISiloBuilder silo, ClusteringOptions clustering, ConfigurationOptions? store)
    {
        var own = clustering.Redis;
        return silo.UseRedisClustering(redis => redis.ConfigurationOptions = own.ConnectionString is null ? store : RedisClient.From(own));
    }

    private static ISiloBuilder UseKubernetes(this ISiloBuilder silo, ClusteringOptions clustering) => silo.UseKubernetesClustering(kubernetes =>
    {
        kubernetes.Namespace = clustering.Kubernetes.Namespace;
        kubernetes.ConfigMapName = clustering.Kubernetes.ConfigMap;

        // Two pods never have the same name at one time; with a name from a file that all pods share they would.
        kubernetes.EndPredecessors = clustering.SiloName is { } name && name == Environment.GetEnvironmentVariable(ConfigurationKeys.SiloName.FallbackVariable!);
    });

    /// <summary>The part that is the same for every table: a start waits for the table, and a killed silo is noticed soon.</summary>
    private static ISiloBuilder UseTable(this ISiloBuilder silo, ClusteringOptions clustering)
    {
        var table = silo.Services.Last(service => service.ServiceType == typeof(IMembershipTable) && !service.IsKeyedService);
        silo.Services.AddSingleton<IMembershipTable>(services => ActivatorUtilities.CreateInstance<RetryingMembershipTable>(
            services, table.ImplementationFactory?.Invoke(services) ?? ActivatorUtilities.CreateInstance(services, table.ImplementationType!)));
        silo.Configure<EndpointOptions>(endpoints =>
        {
            endpoints.SiloPort = Ports.OrFree(clustering.SiloPort);
            endpoints.GatewayPort = clustering.GatewayPort ?? 0;
            if (clustering.AdvertisedAddress is { } address)
            {
                endpoints.AdvertisedIPAddress = IPAddress.Parse(address);
                endpoints.SiloListeningEndpoint = new IPEndPoint(endpoints.AdvertisedIPAddress, endpoints.SiloPort);
            }
        });

        silo.AddGrainService<ReachService>();

        // A silo that cannot join because of a network cut waits for its end. Orleans would give up after five minutes and leave the silo half
        // started.
        silo.Configure<ClusterMembershipOptions>(membership => membership.MaxJoinAttemptTime = TimeSpan.FromDays(30));

        // A killed silo's grains move after about six seconds instead of fifteen.
        return silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(2);
            membership.NumMissedProbesLimit = 3;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);

            // After three missed signs of life, on Kubernetes more, a starting silo stops waiting for a silo that was killed before.
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        });
    }
}
