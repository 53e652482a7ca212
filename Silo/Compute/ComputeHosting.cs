using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Compute;

/// <summary>Adds what asks the Compute API. Where a part is off, its metric says so and it does nothing.</summary>
internal static class ComputeHosting
{
    /// <summary>Adds the inventory.</summary>
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

    /// <summary>Adds gap repair to a silo that has the inventory. It uses the inventory's <see cref="ComputeApi"/>.</summary>
    public static IServiceCollection AddRepair(this IServiceCollection services)
    {
        services.AddSingleton<RepairMetrics>();
        return services.AddHostedService<RepairService>();
    }
}
