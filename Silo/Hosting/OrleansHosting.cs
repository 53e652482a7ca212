using System.Net;
using Orleans.Configuration;
using OrleansSie.Grains.Storage;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Storage;
using StackExchange.Redis;

namespace OrleansSie.Silo.Hosting;

/// <summary>How silos find each other and where state is kept.</summary>
internal static class OrleansHosting
{
    // Far more than the grains in flight. Orleans' default of a million would keep the address of every instance ever heard of.
    private const int DirectoryCacheSize = 10_000;

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
                Ports.OrFree(clustering.SiloPort), clustering.GatewayPort ?? 0, null, clustering.ServiceId, clustering.ClusterId),
            ClusteringProvider.redis => silo.UseRedis(clustering, store),
            _ => throw new InvalidOperationException($"clustering.provider {clustering.Provider} passed validation but is not built."),
        };
    }

    public static ISiloBuilder AddState(this ISiloBuilder silo, StoreClient store)
    {
        silo.Services.AddSingleton<Orleans.Storage.IGrainStorageSerializer, StateSerializer>();
        silo.Services.AddHostedService<RetentionLoop>();
        foreach (var name in (string[])[StateStore.Name, StateStore.Instances])
        {
            var unwatched = StateStorage.Unwatched + name;
            silo.AddWatchedStateStorage(name);
            _ = store switch
            {
                { Embedded: { } embedded } => silo.AddEmbeddedStateStorage(_ => embedded, unwatched),
                { Redis: { } redis } => silo.AddRedisStateStorage(_ => redis, unwatched),
                _ => silo.AddMemoryStateStorage(unwatched),
            };
        }

        return silo;
    }

    private static ISiloBuilder UseRedis(this ISiloBuilder silo, ClusteringOptions clustering, ConfigurationOptions? store)
    {
        var own = clustering.Redis.ConnectionString;
        silo.UseRedisClustering(redis => redis.ConfigurationOptions = own is null ? store : RedisClient.From(own));
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

        // A killed silo's grains move after about six seconds instead of fifteen.
        return silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(2);
            membership.NumMissedProbesLimit = 3;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);

            // Three missed signs of life and a new silo no longer waits for those that were killed before it.
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        });
    }
}
