namespace OrleansSie.Grains.Interfaces;

/// <summary>What a creation entry says an instance is. Absent facts are empty strings.</summary>
/// <param name="ClusterName">Label <c>goog-k8s-cluster-name</c>; empty where the instance is no GKE node.</param>
/// <param name="ClusterLocation">Label <c>goog-k8s-cluster-location</c>: a region or a zone.</param>
/// <param name="NodePool">Label <c>goog-k8s-node-pool-name</c>, else Karpenter's <c>karpenter-sh-nodepool</c>.</param>
/// <param name="MachineType">Short name, such as <c>n2d-standard-8</c>.</param>
/// <param name="ProvisioningModel"><c>spot</c>, <c>preemptible</c> (the legacy kind), <c>standard</c>, or what Compute Engine calls it, in lower case.</param>
[GenerateSerializer, Immutable, Alias("sie.instance-description")]
public sealed record InstanceDescription(
    string ClusterName,
    string ClusterLocation,
    string NodePool,
    string MachineType,
    string ProvisioningModel);
