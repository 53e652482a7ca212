using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Inventory;

/// <summary>Puts the inventory into a silo. Where it is off, its metric says so and nothing of it runs.</summary>
internal static class InventoryHosting
{
    public static ISiloBuilder AddInventory(this ISiloBuilder silo, SieOptions options)
    {
        silo.Services.AddSingleton(InventoryPlan.Of(options));
        silo.Services.AddSingleton<InventoryMetrics>();
        silo.Services.AddSingleton<ComputeApi>();
        silo.Services.AddSingleton<IListedInstances, InstanceGrains>();
        silo.Services.AddSingleton<IInventoryTrigger, InventoryTrigger>();
        silo.Services.AddHostedService<InventoryKeeper>();
        return silo;
    }
}
