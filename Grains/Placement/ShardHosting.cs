using Orleans.Configuration;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Hosting;
using OrleansSie.Grains.Instances;

namespace OrleansSie.Grains.Placement;

/// <summary>Puts the placement of shards into a silo.</summary>
public static class ShardHosting
{
    // An instance's activation takes one call and ends; the calls that wait for it meanwhile go on to the next one. Each such step counts.
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
