using Orleans.Concurrency;

namespace OrleansSie.Grains.Interfaces;

/// <summary>
/// One shard of the instances, key from <see cref="InstanceShard"/>: takes batches of their events to the instances' grains, which live on
/// the dispatcher's silo. It keeps nothing between calls.
/// </summary>
[Alias("sie.IDispatcherGrain")]
public interface IDispatcherGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Takes events of this shard to their instances. Those of one instance have their effects in the order of the list. It returns when every
    /// event has an outcome, or after a second.
    /// </summary>
    /// <returns>
    /// An outcome for each event, in the same order; it is durable. <see cref="Outcome.none"/> for one that failed, or has not ended yet:
    /// the caller then takes it to the instance directly.
    /// </returns>
    [AlwaysInterleave, Alias("dispatch")]
    Task<IReadOnlyList<Outcome>> Dispatch([Immutable] IReadOnlyList<InstanceEvent> events);
}
