namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>What a creation tells besides the cluster, as the labels of a count.</summary>
/// <param name="NodePool">The node pool.</param>
/// <param name="MachineType">Short machine type.</param>
/// <param name="Provisioning"><c>spot</c>, <c>preemptible</c> or <c>standard</c>; empty where the creation does not tell.</param>
internal sealed record Hardware(string NodePool, string MachineType, string Provisioning);
