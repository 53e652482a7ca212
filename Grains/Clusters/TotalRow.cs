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

    public long Count { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    public PoolLabels Labels() => new(NodePool, Zone, MachineType, ProvisioningModel, Reason);
}
