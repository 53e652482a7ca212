using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Instances;

/// <summary>
/// One life of an instance name. Managed instance groups give a replacement the same name and a new numeric id, so a different
/// id is a different incarnation.
/// </summary>
internal sealed class Incarnation
{
    /// <summary>Compute Engine's numeric id; null until an event tells it.</summary>
    public ulong? Id { get; set; }

    /// <summary>When it was created, by the entry's own timestamp; null where none told.</summary>
    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>The earliest time at which an event speaks of it.</summary>
    public DateTimeOffset FirstAt { get; set; }

    /// <summary>When it was deleted, or its creation failed.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Identity of the event that described it; null while it is not described.</summary>
    public string? DescribedBy { get; set; }

    /// <summary>Text of its cluster's key; null while unknown or if it belongs to none. Never changes once set.</summary>
    public string? Cluster { get; set; }

    public string NodePool { get; set; } = "";

    public string MachineType { get; set; } = "";

    public string ProvisioningModel { get; set; } = "";

    /// <summary>Its creation was answered with an error.</summary>
    public bool Failed { get; set; }

    /// <summary>Whether a description was seen: without a cluster in it, the instance is no GKE node.</summary>
    [JsonIgnore]
    public bool IsDescribed => DescribedBy is not null;

    /// <summary>Whether it can have been alive at a time; an unknown start or end excludes nothing.</summary>
    public bool LivedAt(DateTimeOffset at) => (CreatedAt is null || CreatedAt <= at) && (EndedAt is null || at <= EndedAt);

    /// <summary>Fills what is still empty from a description; what is known stays.</summary>
    /// <returns>Whether anything was filled.</returns>
    public bool Fill(InstanceEvent e, InstanceDescription description, string? cluster)
    {
        var before = (DescribedBy, CreatedAt, FirstAt, Cluster, NodePool, MachineType, ProvisioningModel);
        DescribedBy ??= e.EventId;
        CreatedAt ??= e.AtIsPublishTime ? null : e.At;
        FirstAt = e.At < FirstAt ? e.At : FirstAt;
        Cluster ??= cluster;
        NodePool = NodePool.Length > 0 ? NodePool : description.NodePool;
        MachineType = MachineType.Length > 0 ? MachineType : description.MachineType;
        ProvisioningModel = ProvisioningModel.Length > 0 ? ProvisioningModel : description.ProvisioningModel;
        return before != (DescribedBy, CreatedAt, FirstAt, Cluster, NodePool, MachineType, ProvisioningModel);
    }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
