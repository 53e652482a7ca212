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
}
