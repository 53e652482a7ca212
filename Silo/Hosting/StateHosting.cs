using OrleansSie.Grains.Storage;
using OrleansSie.Silo.Storage;

namespace OrleansSie.Silo.Hosting;

/// <summary>Where state is kept.</summary>
internal static class StateHosting
{
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
}
