using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Repair;

/// <summary>Adds gap repair to a silo that has the inventory, whose way to the Compute API it uses.</summary>
internal static class RepairHosting
{
    public static IServiceCollection AddRepair(this IServiceCollection services)
    {
        services.AddSingleton<RepairMetrics>();
        return services.AddHostedService<RepairService>();
    }
}
