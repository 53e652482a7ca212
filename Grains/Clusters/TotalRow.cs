using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>The interruptions counted under one set of labels.</summary>
internal sealed class TotalRow
{
    private PoolLabels? _labels;
    private PoolTotal? _durable;

    [JsonPropertyName("p")]
    public string NodePool { get; set; } = "";

    [JsonPropertyName("z")]
    public string Zone { get; set; } = "";

    [JsonPropertyName("m")]
    public string MachineType { get; set; } = "";

    [JsonPropertyName("v")]
    public string ProvisioningModel { get; set; } = "";

    [JsonPropertyName("r")]
    public InterruptionReason Reason { get; set; }

    [JsonPropertyName("l")]
    public bool AtLimit { get; set; }

    [JsonPropertyName("c")]
    public long Count { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>What the store has acknowledged of <see cref="Count"/>.</summary>
    [JsonIgnore]
    public long DurableCount { get; set; }

    /// <summary>What the key of an instance of this zone and the cluster's project begins with.</summary>
    [JsonIgnore]
    public string InstancePrefix { get; set; } = "";

    /// <summary>A row of these labels with nothing counted yet.</summary>
    public static TotalRow Of(PoolLabels labels) => new()
    {
        _labels = labels,
        NodePool = labels.NodePool,
        Zone = labels.Zone,
        MachineType = labels.MachineType,
        ProvisioningModel = labels.ProvisioningModel,
        Reason = labels.Reason,
        AtLimit = labels.AtLimit,
    };

    public PoolLabels Labels() => _labels ??= new(NodePool, Zone, MachineType, ProvisioningModel, Reason, AtLimit);

    /// <summary>What may be told of it.</summary>
    public PoolTotal Durable() => _durable?.Count == DurableCount ? _durable : _durable = new PoolTotal(Labels(), DurableCount);
}
