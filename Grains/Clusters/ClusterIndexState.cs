using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Clusters;

/// <summary>What is stored of the index: which clusters there are. Their counts are asked of them.</summary>
internal sealed class ClusterIndexState : IVersionedState
{
    [JsonRequired, JsonPropertyName("s")]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <summary>Cluster keys as text.</summary>
    [JsonPropertyName("c")]
    public HashSet<string> Clusters { get; set; } = [];

    /// <summary>The activation that spoke last for the whole cluster; null before the first.</summary>
    [JsonPropertyName("o")]
    public string? Owner { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
