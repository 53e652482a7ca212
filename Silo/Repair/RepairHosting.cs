using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansSie.Silo.Inventory;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Repair;

/// <summary>Adds gap repair to a silo.</summary>
internal static class RepairHosting
{
    public static IServiceCollection AddRepair(this IServiceCollection services)
    {
        services.TryAddSingleton<ComputeApi>();
        services.AddSingleton<RepairMetrics>();
        return services.AddHostedService<RepairService>();
    }
}
