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

    /// <summary>
    /// The stage at which the register has it for certain. Waiting means that it may have heard of it, and is recorded before it is told
    /// anything. Unheard means that it knows nothing.
    /// </summary>
    public ParkedStage Told { get; set; }

    /// <summary>Only its identity is known: the register had it, and this record was lost. Its message tells the rest if it comes again.</summary>
    public bool Lost { get; set; }

    /// <summary>How far it has come, as the register is to be told; one whose cluster is fixed only after that has counted it.</summary>
    [JsonIgnore]
    public ParkedStage Stage => Status switch
    {
        OpenStatus.parked => ParkedStage.waits,
        OpenStatus.unknown_instance => ParkedStage.unknown_instance,
        OpenStatus.not_gke => ParkedStage.not_gke,
        _ => ParkedStage.counted,
    };

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
