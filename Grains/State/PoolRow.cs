using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.State;

/// <summary>What is stored of one capacity pool: its labels and when it became known. Members of a kind of row come beside them.</summary>
internal abstract class PoolRow
{
    private CapacityPool? _pool;

    [JsonPropertyName("p"), JsonPropertyOrder(-1)]
    public string NodePool { get; set; } = "";

    [JsonPropertyName("z"), JsonPropertyOrder(-1)]
    public string Zone { get; set; } = "";

    [JsonPropertyName("m"), JsonPropertyOrder(-1)]
    public string MachineType { get; set; } = "";

    [JsonPropertyName("v"), JsonPropertyOrder(-1)]
    public string ProvisioningModel { get; set; } = "";

    /// <summary>When the row was made, Unix seconds.</summary>
    [JsonPropertyName("b")]
    public long Since { get; set; }

    [JsonIgnore]
    public CapacityPool Pool
    {
        get => _pool ??= new CapacityPool(NodePool, Zone, MachineType, ProvisioningModel);
        set
        {
            _pool = value;
            (NodePool, Zone, MachineType, ProvisioningModel) = value;
        }
    }
}
