using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansSie.Grains.Attribution;

/// <summary>An interruption that waits for its cluster.</summary>
/// <param name="Instance">The instance to wake.</param>
/// <param name="At">When it arrived.</param>
internal sealed record ParkedEntry(string Instance, DateTimeOffset At)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
