namespace OrleansSie.Grains.Interfaces;

/// <summary>
/// One Compute Engine instance name, key <c>projects/{project id}/zones/{zone}/instances/{name}</c>. It
/// remembers which cluster each incarnation of the name belonged to, and drops what it has handled.
/// </summary>
[Alias("sie.IInstanceGrain")]
public interface IInstanceGrain : IGrainWithStringKey
{
    /// <summary>Tells a cluster that waits for a confirmation whether the interruption is recorded as counted here.</summary>
    [Alias("get-status")]
    Task<InterruptionStatus> GetStatus(string interruptionId);

    /// <summary>
    /// Takes what an inventory found. When it returns, what was new is durable and the interruptions that waited for it are
    /// counted, or known to be of no GKE cluster. Repeating it changes nothing.
    /// </summary>
    [Alias("observe")]
    Task Observe(InstanceObservation observation);

    /// <summary>Says that a complete inventory of the instance's zone no longer holds this numeric id: that incarnation has ended.</summary>
    /// <param name="id">Compute Engine's numeric id.</param>
    /// <param name="at">When the listing began.</param>
    [Alias("vanish")]
    Task Vanish(ulong id, DateTimeOffset at);

    /// <summary>
    /// Does what is left to do for an interruption that the unattributed list has: counts it, or gives it up when its time is over. When it returns,
    /// the unattributed list knows the result. An interruption that the instance does not know is recorded as the unattributed list has it, or as given up
    /// if it waits.
    /// </summary>
    /// <param name="interruptionId">The interruption.</param>
    /// <param name="known">The stage at which the unattributed list has it, durably.</param>
    /// <param name="arrivedAt">When it arrived.</param>
    /// <returns>The stage that the instance has recorded.</returns>
    [Alias("wake")]
    Task<UnattributedStage> Wake(string interruptionId, UnattributedStage known, DateTimeOffset arrivedAt);

    /// <summary>Takes events of this instance, in their order. When it returns, their effects are durable.</summary>
    /// <returns>An outcome for each, in the same order.</returns>
    [Alias("handle")]
    Task<IReadOnlyList<Outcome>> Handle([Immutable] IReadOnlyList<InstanceEvent> events);
}

/// <summary>One instance as the Compute API lists it.</summary>
/// <param name="Id">Compute Engine's numeric id.</param>
/// <param name="CreatedAt">Its <c>creationTimestamp</c>.</param>
/// <param name="SeenAt">When the listing that holds it began: it existed then.</param>
/// <param name="Description">What it is; without a cluster's name it is no GKE node.</param>
[GenerateSerializer, Immutable, Alias("sie.instance-observation")]
public sealed record InstanceObservation(ulong Id, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, InstanceDescription Description);

/// <summary>What an instance remembers of one of its interruptions.</summary>
[GenerateSerializer, Alias("sie.interruption-status")]
public enum InterruptionStatus
{
    /// <summary>The instance does not know it, or has forgotten it.</summary>
    unknown = 0,

    /// <summary>It waits for its cluster, or is being counted.</summary>
    open = 1,

    /// <summary>The instance has recorded that its cluster counted it.</summary>
    counted = 2,
}
