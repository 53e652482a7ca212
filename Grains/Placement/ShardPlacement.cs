using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace OrleansSie.Grains.Placement;

/// <summary>The grains of a shard live together on one silo, which <see cref="ShardDirectory"/> computes.</summary>
internal sealed class ShardPlacement : PlacementStrategy
{
    /// <summary>No activation is registered: its address is known without.</summary>
    public override bool IsUsingGrainDirectory => false;
}

/// <summary>Places a grain type by <see cref="ShardPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShardPlacementAttribute() : PlacementAttribute(new ShardPlacement());

/// <summary>Is asked only while a silo knows of no active one, itself included: then any that can take the grain is right.</summary>
internal sealed class ShardPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        Task.FromResult(context.GetCompatibleSilos(target)[0]);
}
