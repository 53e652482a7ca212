using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using OrleansSie.Grains.Storage;
using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>Where the grains keep their state: one line a provider.</summary>
internal static class StateStorage
{
    /// <summary>The storage under the watched one.</summary>
    public const string Unwatched = "unwatched-state";

    /// <summary>The storage that the grains use: one of the below, watched.</summary>
    public static ISiloBuilder AddWatchedStateStorage(this ISiloBuilder builder)
    {
        builder.Services.AddKeyedSingleton<IGrainStorage>(StateStore.Name, (services, _) => new WatchedGrainStorage(
            services.GetRequiredKeyedService<IGrainStorage>(Unwatched),
            services.GetRequiredService<StoreHealth>(),
            services.GetRequiredService<StoreMetrics>()));
        return builder;
    }

    /// <summary>The embedded store, written by the silo's registered serializer.</summary>
    public static ISiloBuilder AddEmbeddedStateStorage(this ISiloBuilder builder, Func<IServiceProvider, EmbeddedStore> store, string name = StateStore.Name)
    {
        builder.Services.AddGrainStorage(name, (services, _) => new EmbeddedGrainStorage(
            store(services),
            services.GetRequiredService<IGrainStorageSerializer>(),
            services.GetRequiredService<IActivatorProvider>(),
            services.GetRequiredService<IOptions<ClusterOptions>>()));
        return builder;
    }

    /// <summary>Redis: no record expires, a cleared one is deleted, and the silo's registered serializer writes it.</summary>
    public static ISiloBuilder AddRedisStateStorage(this ISiloBuilder builder, Func<IServiceProvider, ConfigurationOptions> client, string name = StateStore.Name)
        => builder.AddRedisGrainStorage(name, storage => storage.Configure<IServiceProvider>((options, services) =>
        {
            options.ConfigurationOptions = client(services);
            options.GrainStorageSerializer = services.GetRequiredService<IGrainStorageSerializer>();
            options.DeleteStateOnClear = true;
            options.EntryExpiry = null;
        }));

    /// <summary>Memory alone: gone with the silo, for tests.</summary>
    public static ISiloBuilder AddMemoryStateStorage(this ISiloBuilder builder, string name = StateStore.Name) => builder.AddMemoryGrainStorage(name);
}
