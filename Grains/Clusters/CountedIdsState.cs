using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Clusters;

/// <summary>A sealed set of interruption ids that a cluster has counted.</summary>
internal sealed class CountedIdsState : IVersionedState
{
    [JsonRequired]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    public List<string> Ids { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
