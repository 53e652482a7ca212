using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Instances;

/// <summary>An interruption that this instance has seen and that is not recorded as counted.</summary>
internal sealed class OpenInterruption
{
    [JsonPropertyName("i")]
    public string Id { get; set; } = "";

    /// <summary>Numeric id of the interrupted instance; null where the event tells none.</summary>
    [JsonPropertyName("n")]
    public ulong? InstanceId { get; set; }

    /// <summary>When it happened.</summary>
    [JsonPropertyName("t")]
    public DateTimeOffset At { get; set; }

    /// <summary>When it arrived here.</summary>
    [JsonPropertyName("a")]
    public DateTimeOffset ArrivedAt { get; set; }

    [JsonPropertyName("r")]
    public InterruptionReason Reason { get; set; }

    [JsonPropertyName("s")]
    public OpenStatus Status { get; set; }

    /// <summary>The description that decided where it belongs; null while none did.</summary>
    [JsonPropertyName("d")]
    public string? DecidedBy { get; set; }

    /// <summary>The cluster it is counted for; fixed in the store before that cluster is first asked.</summary>
    [JsonPropertyName("k")]
    public string? Cluster { get; set; }

    /// <summary>The labels it is counted under; fixed together with <see cref="Cluster"/>.</summary>
    [JsonPropertyName("p")]
    public string NodePool { get; set; } = "";

    [JsonPropertyName("m")]
    public string MachineType { get; set; } = "";

    [JsonPropertyName("v")]
    public string ProvisioningModel { get; set; } = "";

    [JsonPropertyName("l")]
    public bool AtLimit { get; set; }

    /// <summary>How old the instance was, in seconds; fixed together with <see cref="Cluster"/>.</summary>
    [JsonPropertyName("g")]
    public long? Age { get; set; }

    /// <summary>Compute Engine's id of the operation that did it; null where the event tells none.</summary>
    [JsonPropertyName("q")]
    public string? Operation { get; set; }

    /// <summary>
    /// The stage at which the register has it for certain. Waiting means that it may have heard of it, and is recorded before it is told
    /// anything. Unheard means that it knows nothing.
    /// </summary>
    [JsonPropertyName("w")]
    public ParkedStage Told { get; set; }

    /// <summary>Only its identity is known: the register had it, and this record was lost. Its message tells the rest if it comes again.</summary>
    [JsonPropertyName("x")]
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
        Age = incarnation.AgeAt(At);
        return before != Status;
    }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
