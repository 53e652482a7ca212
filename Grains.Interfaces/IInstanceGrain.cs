namespace OrleansSie.Grains.Interfaces;

/// <summary>
/// One Compute Engine instance name, key <c>projects/{project id}/zones/{zone}/instances/{name}</c>. It
/// remembers which cluster each incarnation of the name belonged to, and drops what it has handled.
/// </summary>
[Alias("sie.IInstanceGrain")]
public interface IInstanceGrain : IGrainWithStringKey
{
    /// <summary>Tells a cluster whether an interruption it waits to have confirmed is recorded as counted here.</summary>
    [Alias("get-standing")]
    Task<InterruptionStanding> GetStanding(string interruptionId);

    /// <summary>
    /// Takes what an inventory found. When it returns, what was new is durable and the interruptions that waited for it are
    /// counted, or known to be of no GKE cluster. Repeating it changes nothing.
    /// </summary>
    [Alias("observe")]
    Task Observe(InstanceSighting sighting);

    /// <summary>Says that a complete inventory of the instance's zone no longer holds this numeric id: that life has ended.</summary>
    /// <param name="id">Compute Engine's numeric id.</param>
    /// <param name="at">When the listing began.</param>
    [Alias("vanish")]
    Task Vanish(ulong id, DateTimeOffset at);

    /// <summary>
    /// Does what is left to do for an interruption that the register has: counts it, or gives it up when its time is over. When it returns,
    /// the register was told of all that became of it. One that the instance does not know is recorded as the register has it, or as given up
    /// if it waits.
    /// </summary>
    /// <param name="interruptionId">The interruption.</param>
    /// <param name="known">The stage at which the register has it, durably.</param>
    /// <param name="arrivedAt">When it arrived.</param>
    /// <returns>The stage that the instance has recorded.</returns>
    [Alias("wake")]
    Task<ParkedStage> Wake(string interruptionId, ParkedStage known, DateTimeOffset arrivedAt);

    /// <summary>Takes events of this instance, in their order. When it returns, their effects are durable.</summary>
    /// <returns>An outcome for each, in the same order.</returns>
    [Alias("handle")]
    Task<IReadOnlyList<Outcome>> Handle([Immutable] IReadOnlyList<InstanceEvent> events);
}
