using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>The interruptions counted under one set of labels.</summary>
internal sealed class TotalRow
{
    public string NodePool { get; set; } = "";

    public string Zone { get; set; } = "";

    public string MachineType { get; set; } = "";

    public string ProvisioningModel { get; set; } = "";

    public InterruptionReason Reason { get; set; }

    public bool AtLimit { get; set; }

    public long Count { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>A row of these labels with nothing counted yet.</summary>
    public static TotalRow Of(PoolLabels labels) => new()
    {
        NodePool = labels.NodePool,
        Zone = labels.Zone,
        MachineType = labels.MachineType,
        ProvisioningModel = labels.ProvisioningModel,
        Reason = labels.Reason,
        AtLimit = labels.AtLimit,
    };

    public PoolLabels Labels() => new(NodePool, Zone, MachineType, ProvisioningModel, Reason, AtLimit);
}
