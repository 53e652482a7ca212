using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Instances;

/// <summary>An interruption that this instance has seen and that is not recorded as counted.</summary>
internal sealed class OpenInterruption
{
    public string Id { get; set; } = "";

    /// <summary>Numeric id of the interrupted instance; null where the event tells none.</summary>
    public ulong? InstanceId { get; set; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>When it arrived here.</summary>
    public DateTimeOffset ArrivedAt { get; set; }

    public InterruptionReason Reason { get; set; }

    public OpenStatus Status { get; set; }

    /// <summary>The description that decided where it belongs; null while none did.</summary>
    public string? DecidedBy { get; set; }

    /// <summary>The cluster it is counted for; fixed in the store before that cluster is first asked.</summary>
    public string? Cluster { get; set; }

    /// <summary>The labels it is counted under; fixed together with <see cref="Cluster"/>.</summary>
    public string NodePool { get; set; } = "";

    public string MachineType { get; set; } = "";

    public string ProvisioningModel { get; set; } = "";

    public bool AtLimit { get; set; }

    /// <summary>No cluster was known for it when it arrived: the register may have it.</summary>
    public bool Waited { get; set; }

    /// <summary>No cluster was known for it in time. It is counted all the same if one becomes known.</summary>
    public bool TimedOut { get; set; }

    /// <summary>The cause under which the register counts it as given up; null while it does not.</summary>
    public UnattributedCause? Told { get; set; }

    /// <summary>The cause for which it is given up; null while it waits or is being counted.</summary>
    [JsonIgnore]
    public UnattributedCause? Cause =>
        Status == OpenStatus.not_gke ? UnattributedCause.not_gke
        : Status == OpenStatus.parked && TimedOut ? UnattributedCause.unknown_instance
        : null;

    /// <summary>Fixes where it is counted, by what is known of its incarnation.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Attribute(Incarnation incarnation)
    {
        var before = Status;
        Status = incarnation.Cluster is null ? OpenStatus.not_gke : OpenStatus.counting;
        DecidedBy = incarnation.DescribedBy;
        Cluster = incarnation.Cluster;
        NodePool = incarnation.NodePool;
        MachineType = incarnation.MachineType;
        ProvisioningModel = incarnation.ProvisioningModel;
        AtLimit = Reason == InterruptionReason.preempted && incarnation.EndsByLimit(At);
        return before != Status;
    }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
