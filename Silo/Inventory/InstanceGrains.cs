using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Inventory;

/// <summary>The grains of the instances.</summary>
internal sealed class InstanceGrains(IGrainFactory grains) : IListedInstances
{
    public Task ObserveAsync(string instance, InstanceSighting sighting) => grains.GetGrain<IInstanceGrain>(instance).Observe(sighting);

    public Task VanishAsync(string instance, ulong id, DateTimeOffset at) => grains.GetGrain<IInstanceGrain>(instance).Vanish(id, at);
}
