using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Instances;

/// <summary>An interruption that this instance has seen and that is not recorded as counted.</summary>
internal sealed class OpenInterruption
{
    [JsonPropertyName("i")]
    public string Id { get; set; } = "";

    /// <summary>Numeric id of the interrupted instance; null where the event has none.</summary>
    [JsonPropertyName("n")]
    public ulong? InstanceId { get; set; }

    /// <summary>When it happened.</summary>
    [JsonPropertyName("t")]
    public DateTimeOffset At { get; set; }

    /// <summary>When it arrived here.</summary>
    [JsonPropertyName("a")]
    public DateTimeOffset ArrivedAt { get; set; }

    [JsonPropertyName("r")]
    public string Reason { get; set; } = "";

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

    /// <summary>Compute Engine's id of the operation that did it; null where the event has none.</summary>
    [JsonPropertyName("q")]
    public string? Operation { get; set; }

    /// <summary>
    /// The stage at which the unattributed list has it for certain. Waiting means that the unattributed list may know it, and is recorded before the unattributed list
    /// is told anything. Unheard means that the unattributed list does not know it.
    /// </summary>
    [JsonPropertyName("w")]
    public UnattributedStage Told { get; set; }

    /// <summary>Only its identity is known: the unattributed list had it, and this record was lost. Its message brings the rest if it comes again.</summary>
    [JsonPropertyName("x")]
    public bool Lost { get; set; }

    /// <summary>How far it has come, for the unattributed list. One whose cluster is fixed is told only after the cluster has counted it.</summary>
    [JsonIgnore]
    public UnattributedStage Stage => Status switch
    {
        OpenStatus.waiting => UnattributedStage.waiting,
        OpenStatus.unknown_instance => UnattributedStage.unknown_instance,
        OpenStatus.not_gke => UnattributedStage.not_gke,
        _ => UnattributedStage.counted,
    };

    /// <summary>Fixes where it is counted, by what is known about its incarnation.</summary>
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
        AtLimit = Reason == InterruptionReason.Preempted && incarnation.EndsByLimit(At);
        Age = incarnation.AgeAt(At);
        return before != Status;
    }

    /// <summary>Writes the one line that an interruption gets in the log, when it is counted.</summary>
    public void Log(ILogger logger, string instance)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var lifetime = Age is { } age ? $"{TimeSpan.FromSeconds(age):c}" : "unknown";
            logger.Interrupted(instance, PoolLabels.NameOf(Reason, AtLimit), At, lifetime, Cluster!, NodePool, MachineType, ProvisioningModel);
        }
    }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>How far an interruption that is not recorded as counted has come.</summary>
internal enum OpenStatus
{
    /// <summary>Its instance's cluster is not known yet.</summary>
    waiting = 0,

    /// <summary>Its instance's cluster was not known in time. It is counted all the same if it becomes known.</summary>
    unknown_instance = 1,

    /// <summary>Its instance is no GKE node. It is counted all the same if a fuller description names a cluster.</summary>
    not_gke = 2,

    /// <summary>Its cluster is fixed and may have counted it already.</summary>
    counting = 3,
}
