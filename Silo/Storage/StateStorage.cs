using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using OrleansSie.Grains;
using OrleansSie.Grains.State;
using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Registers where the grains keep their state. Both names of <see cref="StateStore"/> are one store with one layout of keys. Under the name
/// of the instances each write renews the expiry of its record.
/// </summary>
internal static class StateStorage
{
    /// <summary>The prefix of the name of a storage that a watched one wraps.</summary>
    public const string Unwatched = "unwatched-";

    /// <summary>The storage that the grains use: it watches the one with the prefix.</summary>
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

            // Orleans passes the number of seconds on as it is. Redis would refuse a fraction, after the record was written.
            options.EntryExpiry = RetentionOf(name, services) is { } retention ? TimeSpan.FromSeconds(Math.Ceiling(retention.TotalSeconds)) : null;
        }));

    /// <summary>Memory alone, for tests: it is gone with the silo, and no record expires.</summary>
    public static ISiloBuilder AddMemoryStateStorage(this ISiloBuilder builder, string name = StateStore.Name) => builder.AddMemoryGrainStorage(name);

    private static TimeSpan? RetentionOf(string name, IServiceProvider services) =>
        name.EndsWith(StateStore.Instances, StringComparison.Ordinal) ? services.GetRequiredService<RetentionSettings>().Retention : null;
}
