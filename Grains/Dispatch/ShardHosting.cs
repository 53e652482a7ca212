using Orleans.Configuration;
using Orleans.Placement;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Hosting;
using Orleans.Runtime.Placement;

namespace OrleansSie.Grains.Dispatch;

/// <summary>Puts the placement of shards into a silo.</summary>
public static class ShardHosting
{
    // An instance's activation takes one call and ends; the calls that wait for it meanwhile are forwarded to the next one. Each forward counts.
    private const int MostForwards = 64;

    /// <summary>Dispatchers and instances live where their shard does.</summary>
    public static ISiloBuilder AddShards(this ISiloBuilder silo)
    {
        silo.Services.Configure<SiloMessagingOptions>(messaging => messaging.MaxForwardCount = MostForwards);
        silo.Services.AddSingleton<RecentOutcomes>();
        silo.Services.AddSingleton<ShardDirectory>();
        silo.Services.AddSingleton<IGrainDirectoryCache>(s => s.GetRequiredService<ShardDirectory>());
        return silo
            .AddGrainDirectory(ShardDirectory.Name, (s, _) => s.GetRequiredService<ShardDirectory>())
            .AddPlacementDirector<ShardPlacement, ShardPlacementDirector>();
    }
}

/// <summary>The grains of a shard live together on one silo, which <see cref="ShardDirectory"/> computes.</summary>
internal sealed class ShardPlacement : PlacementStrategy
{
    /// <summary>No activation is registered: its address is computed.</summary>
    public override bool IsUsingGrainDirectory => false;
}

/// <summary>Places a grain type by <see cref="ShardPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShardPlacementAttribute() : PlacementAttribute(new ShardPlacement());

/// <summary>Orleans asks it only while a silo knows no active silo, itself included: then any silo that can take the grain is right.</summary>
internal sealed class ShardPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        Task.FromResult(context.GetCompatibleSilos(target)[0]);
}
