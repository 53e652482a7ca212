namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>One instance name with its lives.</summary>
/// <param name="Zone">Its zone.</param>
/// <param name="Name">Its name.</param>
internal sealed record InstanceOfMix(string Zone, string Name)
{
    /// <summary>The project of all instances, by id and by number: entries of managed groups have the number in their resource name.</summary>
    public const string Project = "acme-prod-001";

    /// <inheritdoc cref="Project"/>
    public const string ProjectNumber = "904411223344";

    /// <summary>The key of its grain.</summary>
    public string Key => $"projects/{Project}/zones/{Zone}/instances/{Name}";

    /// <summary>Its lives.</summary>
    public List<Life> Lives { get; } = [];
}

/// <summary>One life of an instance name, and all that happens in it.</summary>
/// <param name="Id">Compute Engine's numeric id; null where every message of this life tells none.</param>
/// <param name="CreationTold">Whether a creation entry that describes it is published.</param>
/// <param name="Cluster">The cluster that its creation names; null for a VM outside of GKE.</param>
/// <param name="Hardware">What its creation says besides.</param>
internal sealed record Life(ulong? Id, bool CreationTold, ClusterOfMix? Cluster, Hardware Hardware)
{
    /// <summary>The interruptions that count once each.</summary>
    public List<Loss> Losses { get; } = [];
}

/// <summary>One interruption.</summary>
/// <param name="Identity">What the store calls it; null where only Pub/Sub's message id, given when it is published, tells it apart.</param>
/// <param name="Reason">The value of the label <c>reason</c>.</param>
/// <param name="Age">How old the instance was, in seconds; null where its messages do not tell.</param>
internal sealed record Loss(string? Identity, string Reason, long? Age);

/// <summary>A GKE cluster of the mix.</summary>
/// <param name="Name">Its name; two clusters share one.</param>
/// <param name="Location">Its location; empty where its nodes do not tell it.</param>
internal sealed record ClusterOfMix(string Name, string Location);

/// <summary>What a creation tells besides the cluster, as the labels of a count.</summary>
/// <param name="NodePool">The node pool.</param>
/// <param name="MachineType">Short machine type.</param>
/// <param name="Provisioning"><c>spot</c>, <c>preemptible</c> or <c>standard</c>; empty where the creation does not tell.</param>
internal sealed record Hardware(string NodePool, string MachineType, string Provisioning);
