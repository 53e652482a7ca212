namespace OrleansSie.Grains.Interfaces;

/// <summary>One fact about one Compute Engine instance, read from one audit log entry. The only event on the stream.</summary>
[GenerateSerializer, Immutable, Alias("sie.instance-event")]
public sealed record InstanceEvent
{
    /// <summary>The instance: <c>projects/{project id}/zones/{zone}/instances/{name}</c>, also the grain's key.</summary>
    [Id(0)]
    public required string Instance { get; init; }

    /// <summary>What happened.</summary>
    [Id(1)]
    public required InstanceEventKind Kind { get; init; }

    /// <summary>When it happened, by the entry's <c>timestamp</c>; else the time the message was published.</summary>
    [Id(2)]
    public required DateTimeOffset At { get; init; }

    /// <summary>Identity of the event: equal for the same event however often it is delivered or published.</summary>
    [Id(3)]
    public required string EventId { get; init; }

    /// <summary>Compute Engine's numeric id of the instance, where the entry has it.</summary>
    [Id(4)]
    public ulong? InstanceId { get; init; }

    /// <summary>Why it was taken away, as <see cref="InterruptionReason"/>; only for <see cref="InstanceEventKind.interrupted"/>, else empty.</summary>
    [Id(5)]
    public string Reason { get; init; } = "";

    /// <summary>What the instance is; only for <see cref="InstanceEventKind.created"/>.</summary>
    [Id(6)]
    public InstanceDescription? Description { get; init; }

    /// <summary>
    /// Whether <see cref="At"/> is the time of publishing, because the entry has none. It is then only an upper bound of the
    /// true time, and does not show that the event came after another.
    /// </summary>
    [Id(8)]
    public bool AtIsPublishTime { get; init; }

    /// <summary>
    /// Compute Engine's id of the operation that did it, cut at 128 bytes; only for <see cref="InstanceEventKind.interrupted"/>. Empty where the
    /// entry has none.
    /// </summary>
    [Id(9)]
    public string Operation { get; init; } = "";

    /// <summary>Pub/Sub's id of the message that told it. Empty where no message did.</summary>
    [Id(10)]
    public string MessageId { get; init; } = "";
}

/// <summary>What an <see cref="InstanceEvent"/> says about the instance.</summary>
[GenerateSerializer, Alias("sie.event-kind")]
public enum InstanceEventKind
{
    /// <summary>First entry of an insert: carries the description.</summary>
    created = 0,

    /// <summary>Last entry of an insert, without an error.</summary>
    create_finished = 1,

    /// <summary>Last entry of an insert, with an error.</summary>
    create_failed = 2,

    /// <summary>One instance of a bulk insert: exists, description unknown.</summary>
    bulk_created = 3,

    /// <summary>The instance was deleted on request.</summary>
    deleted = 4,

    /// <summary>Compute Engine took the instance away.</summary>
    interrupted = 5,
}

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

/// <summary>
/// Why Compute Engine took an instance away: the values of the label <c>reason</c>. Texts, so that a version that does not know a later one
/// stores, sends and shows it as it is.
/// </summary>
public static class InterruptionReason
{
    /// <summary><c>compute.instances.preempted</c>: capacity was taken back.</summary>
    public const string Preempted = "preempted";

    /// <summary><c>compute.instances.hostError</c>.</summary>
    public const string HostError = "host_error";

    /// <summary><c>compute.instances.terminateOnHostMaintenance</c>.</summary>
    public const string Maintenance = "maintenance";

    /// <summary><c>compute.instances.baremetalCaretakerPreempted</c>.</summary>
    public const string BareMetalPreemption = "bare_metal_preemption";

    /// <summary>Any other system event that ends an instance, such as <c>compute.instances.guestTerminate</c>.</summary>
    public const string Other = "other";
}
