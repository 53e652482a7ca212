using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Instances;

/// <summary>What is stored of one instance name.</summary>
internal sealed class InstanceState : IVersionedState
{
    [JsonRequired, JsonPropertyName("s")]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <summary>The lives of this name, oldest first; the newest few are kept.</summary>
    [JsonPropertyName("i")]
    public List<Incarnation> Incarnations { get; set; } = [];

    /// <summary>The ids of lives that are no longer kept, oldest first; null while there is none.</summary>
    [JsonPropertyName("t")]
    public List<TrimmedIds>? Trimmed { get; set; }

    /// <summary>Interruptions that are not counted: waiting for a cluster, being counted, or of no GKE cluster.</summary>
    [JsonPropertyName("o")]
    public List<OpenInterruption> Open { get; set; } = [];

    /// <summary>Ids of the interruptions counted, oldest first; the newest are kept.</summary>
    [JsonPropertyName("c")]
    public List<string> Counted { get; set; } = [];

    /// <summary>When an event last changed this record, by arrival. Retention counts from here.</summary>
    [JsonPropertyName("h")]
    public DateTimeOffset LastHeardAt { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>
/// One life of an instance name. Managed instance groups give a replacement the same name and a new numeric id, so a different
/// id is a different incarnation.
/// </summary>
internal sealed class Incarnation
{
    /// <summary>The description of one whose id was kept after it had been trimmed: its cluster is known, and nothing else.</summary>
    public const string ByTrimmedId = "trimmed";

    private static readonly TimeSpan _limit = TimeSpan.FromHours(24);
    private static readonly TimeSpan _aroundLimit = TimeSpan.FromMinutes(5);

    /// <summary>Compute Engine's numeric id; null until an event has it.</summary>
    [JsonPropertyName("i")]
    public ulong? Id { get; set; }

    /// <summary>When it was created, by the entry's own timestamp; null where no entry has it.</summary>
    [JsonPropertyName("c")]
    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>The earliest time of an event that is about it.</summary>
    [JsonPropertyName("f")]
    public DateTimeOffset FirstAt { get; set; }

    /// <summary>When it was deleted, or its creation failed.</summary>
    [JsonPropertyName("e")]
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Identity of the event that described it; null while it is not described.</summary>
    [JsonPropertyName("d")]
    public string? DescribedBy { get; set; }

    /// <summary>Identity of the creation that described it; null if only an inventory did.</summary>
    [JsonPropertyName("b")]
    public string? CreatedBy { get; set; }

    /// <summary>Text of its cluster's key; null while unknown or if it belongs to none. Never changes once set.</summary>
    [JsonPropertyName("k")]
    public string? Cluster { get; set; }

    [JsonPropertyName("p")]
    public string NodePool { get; set; } = "";

    [JsonPropertyName("m")]
    public string MachineType { get; set; } = "";

    [JsonPropertyName("v")]
    public string ProvisioningModel { get; set; } = "";

    /// <summary>Its creation was answered with an error.</summary>
    [JsonPropertyName("x")]
    public bool Failed { get; set; }

    /// <summary>Whether a description was seen: without a cluster in it, the instance is no GKE node.</summary>
    [JsonIgnore]
    public bool IsDescribed => DescribedBy is not null;

    /// <summary>Whether it can have been alive at a time; an unknown start or end excludes nothing.</summary>
    public bool LivedAt(DateTimeOffset at) => (CreatedAt is null || CreatedAt <= at) && (EndedAt is null || at <= EndedAt);

    /// <summary>
    /// Whether an end at this time is the one that comes to a legacy preemptible instance 24 hours after its creation, give or take
    /// five minutes. An instance that was stopped and started in between gets new 24 hours, which is not known here.
    /// </summary>
    public bool EndsByLimit(DateTimeOffset at) =>
        ProvisioningModel == "preemptible" && CreatedAt is { } created && (at - created - _limit).Duration() <= _aroundLimit;

    /// <summary>How old it was at a time, in whole seconds; null where its creation is not known, or is later.</summary>
    public long? AgeAt(DateTimeOffset at) => CreatedAt is { } created && at >= created ? (long)(at - created).TotalSeconds : null;

    /// <summary>Whether another creation time can be this one's: the entry's clock and the API's differ a little.</summary>
    public bool IsCreatedAbout(DateTimeOffset at) => CreatedAt is not { } created || (at - created).Duration() <= _aroundLimit;

    /// <summary>Fills what is still empty from a description; what is known stays.</summary>
    /// <param name="by">Identity of the description.</param>
    /// <param name="at">When the instance was created by it, as far as that is certain.</param>
    /// <param name="description">What it says.</param>
    /// <param name="cluster">Text of the cluster's key; null if it names none.</param>
    /// <returns>Whether anything was filled.</returns>
    public bool Fill(string by, DateTimeOffset? at, InstanceDescription description, string? cluster)
    {
        var before = (DescribedBy, CreatedAt, Cluster, NodePool, MachineType, ProvisioningModel);
        DescribedBy ??= by;
        CreatedAt ??= at;
        Cluster ??= cluster;
        NodePool = NodePool.Length > 0 ? NodePool : description.NodePool;
        MachineType = MachineType.Length > 0 ? MachineType : description.MachineType;
        ProvisioningModel = ProvisioningModel.Length > 0 ? ProvisioningModel : description.ProvisioningModel;
        return before != (DescribedBy, CreatedAt, Cluster, NodePool, MachineType, ProvisioningModel);
    }

    /// <summary>Takes the time of an event that is about it, if it is earlier.</summary>
    /// <returns>Whether it is earlier.</returns>
    public bool SpokenOfAt(DateTimeOffset at)
    {
        var isEarlier = at < FirstAt;
        FirstAt = isEarlier ? at : FirstAt;
        return isEarlier;
    }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
