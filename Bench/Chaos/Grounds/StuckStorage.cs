using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansSie.Grains.State;

namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>
/// A storage that takes 20 s for each operation on one instance, and fails each on another. A proxy before Redis cannot do it: on a
/// connection answers come in the order of the questions, so whatever holds one back holds back all behind it.
/// </summary>
internal sealed class StuckStorage(IGrainStorage inner) : IGrainStorage
{
    /// <summary>The number of the instance that is slow, at the end of its name.</summary>
    public const int Slow = 900_001;

    /// <summary>The number of the instance whose operations fail.</summary>
    public const int Poisoned = 900_002;

    private static readonly string _slow = $"-{Slow}";
    private static readonly string _poisoned = $"-{Poisoned}";
    private static readonly TimeSpan _delay = TimeSpan.FromSeconds(20);

    /// <summary>Puts it around the storage of instances.</summary>
    public static void Decorate(IServiceCollection services)
    {
        var storage = services.Last(s => s.ServiceType == typeof(IGrainStorage) && StateStore.Instances.Equals(s.ServiceKey));
        services.Remove(storage);
        services.AddKeyedSingleton<IGrainStorage>(
            StateStore.Instances, (all, key) => new StuckStorage((IGrainStorage)storage.KeyedImplementationFactory!(all, key)));
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await MeetAsync(grainId);
        await inner.ReadStateAsync(stateName, grainId, grainState);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await MeetAsync(grainId);
        await inner.WriteStateAsync(stateName, grainId, grainState);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await MeetAsync(grainId);
        await inner.ClearStateAsync(stateName, grainId, grainState);
    }

    private static Task MeetAsync(GrainId grain)
    {
        var key = grain.Key.ToString()!;
        return key.EndsWith(_poisoned, StringComparison.Ordinal) ? throw new IOException("This record cannot be read or written.")
            : key.EndsWith(_slow, StringComparison.Ordinal) ? Task.Delay(_delay, TimeProvider.System)
            : Task.CompletedTask;
    }
}
