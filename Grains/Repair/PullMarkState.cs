using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Repair;

/// <summary>What is stored of one subscription.</summary>
internal sealed class PullMarkState : IVersionedState
{
    [JsonRequired]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <summary>When it was last pulled, to the minute; null if it never was.</summary>
    public DateTimeOffset? LastPulledAt { get; set; }

    /// <summary>What it lost and what is not repaired for every project, oldest first.</summary>
    public List<PullGap> Gaps { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
