namespace OrleansSie.Grains.Interfaces;

/// <summary>One instance as the Compute API lists it.</summary>
/// <param name="Id">Compute Engine's numeric id.</param>
/// <param name="CreatedAt">Its <c>creationTimestamp</c>.</param>
/// <param name="SeenAt">When the listing that holds it began: it existed then.</param>
/// <param name="Description">What it is; without a cluster's name it is no GKE node.</param>
[GenerateSerializer, Immutable, Alias("sie.instance-sighting")]
public sealed record InstanceSighting(ulong Id, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, InstanceDescription Description);
