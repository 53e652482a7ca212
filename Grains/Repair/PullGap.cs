using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansSie.Grains.Repair;

/// <summary>A span of time whose messages a subscription lost.</summary>
internal sealed class PullGap
{
    [JsonPropertyName("f")]
    public DateTimeOffset From { get; set; }

    [JsonPropertyName("u")]
    public DateTimeOffset Until { get; set; }

    /// <summary>The projects for which it is not repaired yet.</summary>
    [JsonPropertyName("p")]
    public List<string> Projects { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
