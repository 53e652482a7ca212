using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansSie.Grains.Clusters;

/// <summary>An interruption that is counted, and which its instance may bring again.</summary>
/// <param name="Instance">The instance to ask.</param>
/// <param name="At">When it was counted, Unix seconds.</param>
internal sealed record UnconfirmedId(string Instance, long At)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
