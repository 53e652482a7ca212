namespace OrleansSie.Grains.Interfaces;

/// <summary>
/// One Compute Engine instance name, key <c>projects/{project id}/zones/{zone}/instances/{name}</c>. It is fed by its stream,
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
    /// Does what is left to do for an interruption that waits for its cluster: counts it, or gives it up when its time is over. When it
    /// returns, the register was told of all that became of it.
    /// </summary>
    /// <returns>Whether it still waits.</returns>
    [Alias("wake")]
    Task<bool> Wake(string interruptionId);

    /// <summary>Takes an event that came another way than the stream, such as by gap repair. The effect is durable when it returns.</summary>
    /// <returns>The outcome, as for a delivered event.</returns>
    [Alias("handle")]
    Task<Outcome> Handle(InstanceEvent item);
}
