using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Repair;

/// <summary>What is stored of one subscription.</summary>
internal sealed class PullMarkState : IVersionedState
{
    [JsonRequired, JsonPropertyName("s")]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <summary>When it was last pulled, to the minute; null if it never was.</summary>
    [JsonPropertyName("p")]
    public DateTimeOffset? LastPulledAt { get; set; }

    /// <summary>What it lost and what is not repaired for every project, oldest first.</summary>
    [JsonPropertyName("g")]
    public List<PullGap> Gaps { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
