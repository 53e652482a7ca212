using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Storage;
using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Where the grains keep their state: one line a provider. Both names of <see cref="StateStore"/> are one store with one layout of
/// keys; under the name of the instances each write renews the expiry of its record.
/// </summary>
internal static class StateStorage
{
    /// <summary>What precedes the name of a storage that is under a watched one.</summary>
    public const string Unwatched = "unwatched-";

    /// <summary>A storage that the grains use: the unwatched one of this name, watched.</summary>
    public static ISiloBuilder AddWatchedStateStorage(this ISiloBuilder builder, string name)
    {
        builder.Services.AddKeyedSingleton<IGrainStorage>(name, (services, _) => new WatchedGrainStorage(
            services.GetRequiredKeyedService<IGrainStorage>(Unwatched + name),
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
            services.GetRequiredService<IOptions<ClusterOptions>>(),
            RetentionOf(name, services)));
        return builder;
    }

    /// <summary>Redis: a cleared record is deleted, and the silo's registered serializer writes it.</summary>
    public static ISiloBuilder AddRedisStateStorage(this ISiloBuilder builder, Func<IServiceProvider, ConfigurationOptions> client, string name = StateStore.Name)
        => builder.AddRedisGrainStorage(name, storage => storage.Configure<IServiceProvider>((options, services) =>
        {
            options.ConfigurationOptions = client(services);
            options.GrainStorageSerializer = services.GetRequiredService<IGrainStorageSerializer>();
            options.DeleteStateOnClear = true;

            // Orleans hands the number of seconds on as it is: with a fraction Redis would refuse it after the record was written.
            options.EntryExpiry = RetentionOf(name, services) is { } retention ? TimeSpan.FromSeconds(Math.Ceiling(retention.TotalSeconds)) : null;
        }));

    /// <summary>Memory alone, for tests: gone with the silo, and nothing leaves it before.</summary>
    public static ISiloBuilder AddMemoryStateStorage(this ISiloBuilder builder, string name = StateStore.Name) => builder.AddMemoryGrainStorage(name);

    private static TimeSpan? RetentionOf(string name, IServiceProvider services) =>
        name.EndsWith(StateStore.Instances, StringComparison.Ordinal) ? services.GetRequiredService<AttributionSettings>().Retention : null;
}
