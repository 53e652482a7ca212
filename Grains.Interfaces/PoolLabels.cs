namespace OrleansSie.Grains.Interfaces;

/// <summary>The labels an interruption is counted under inside its cluster. Absent facts are empty strings.</summary>
/// <param name="NodePool">The node pool.</param>
/// <param name="Zone">The zone, from the instance's key.</param>
/// <param name="MachineType">Short machine type.</param>
/// <param name="ProvisioningModel">As in <see cref="InstanceDescription.ProvisioningModel"/>.</param>
/// <param name="Reason">Why the instance was taken away.</param>
/// <param name="AtLimit">Whether it is the end that every legacy preemptible instance has after 24 hours, not a lack of capacity.</param>
[GenerateSerializer, Immutable, Alias("sie.pool-labels")]
public sealed record PoolLabels(
    string NodePool, string Zone, string MachineType, string ProvisioningModel, InterruptionReason Reason, bool AtLimit = false);
