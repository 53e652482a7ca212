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
    /// <summary>The embedded store, written by the silo's registered serializer.</summary>
    public static ISiloBuilder AddEmbeddedStateStorage(this ISiloBuilder builder, Func<IServiceProvider, EmbeddedStore> store)
    {
        builder.Services.AddGrainStorage(StateStore.Name, (services, _) => new EmbeddedGrainStorage(
            store(services),
            services.GetRequiredService<IGrainStorageSerializer>(),
            services.GetRequiredService<IActivatorProvider>(),
            services.GetRequiredService<IOptions<ClusterOptions>>()));
        return builder;
    }

    /// <summary>Redis: no record expires, a cleared one is deleted, and the silo's registered serializer writes it.</summary>
    public static ISiloBuilder AddRedisStateStorage(this ISiloBuilder builder, Func<IServiceProvider, ConfigurationOptions> client)
        => builder.AddRedisGrainStorage(StateStore.Name, storage => storage.Configure<IServiceProvider>((options, services) =>
        {
            options.ConfigurationOptions = client(services);
            options.GrainStorageSerializer = services.GetRequiredService<IGrainStorageSerializer>();
            options.DeleteStateOnClear = true;
            options.EntryExpiry = null;
        }));

    /// <summary>Memory alone: gone with the silo, for tests.</summary>
    public static ISiloBuilder AddMemoryStateStorage(this ISiloBuilder builder) => builder.AddMemoryGrainStorage(StateStore.Name);
}
