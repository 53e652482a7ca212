using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansSie.Grains.Instances;

/// <summary>The ids of one cluster's lives that left a record on one day.</summary>
internal sealed class TrimmedIds
{
    /// <summary>Text of the cluster's key; empty for lives of no cluster.</summary>
    [JsonPropertyName("k")]
    public string Cluster { get; set; } = "";

    /// <summary>Days since 1970, UTC.</summary>
    [JsonPropertyName("d")]
    public int Day { get; set; }

    [JsonPropertyName("i")]
    public List<ulong> Ids { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
