using System.Net;
using Orleans.Clustering.Kubernetes;
using Orleans.Configuration;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Reach;
using OrleansSie.Silo.Storage;
using StackExchange.Redis;

namespace OrleansSie.Silo.Hosting;

/// <summary>How silos find each other, and how soon they miss one.</summary>
internal static class ClusteringHosting
{
    // Far more than the grains in flight. Orleans' default of a million would keep the address of every instance ever heard of.
    private const int DirectoryCacheSize = 10_000;

    // A minute without a sign of life, and a new silo no longer waits for whoever is silent. A silo that can reach neither its peers nor the
    // API for less than that is not declared dead by one vote; and killed pods' rows are ended by their successors anyway.
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

        // A pod's own name is never borne by two at a time; a name out of a file that all pods share would be.
        kubernetes.EndPredecessors = clustering.SiloName is { } name && name == Environment.GetEnvironmentVariable(ConfigurationKeys.SiloName.FallbackVariable!);
    });

    /// <summary>What is the same wherever the table is: it may be away while this silo starts, and a killed silo is missed soon.</summary>
    private static ISiloBuilder UseTable(this ISiloBuilder silo, ClusteringOptions clustering)
    {
        var table = silo.Services.Last(service => service.ServiceType == typeof(IMembershipTable) && !service.IsKeyedService);
        silo.Services.AddSingleton<IMembershipTable>(services => ActivatorUtilities.CreateInstance<PatientMembershipTable>(
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

        // A silo that is kept out by a cut waits for its end. Orleans would give up after five minutes, with half a silo left behind.
        silo.Configure<ClusterMembershipOptions>(membership => membership.MaxJoinAttemptTime = TimeSpan.FromDays(30));

        // A killed silo's grains move after about six seconds instead of fifteen.
        return silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(2);
            membership.NumMissedProbesLimit = 3;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);

            // Orleans' three missed signs of life, on Kubernetes more, and a new silo no longer waits for those that were killed before it.
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        });
    }
}
