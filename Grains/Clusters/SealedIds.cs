using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansSie.Grains.Clusters;

/// <summary>A record of confirmed ids that is written once and removed when its time is over.</summary>
/// <param name="Name">Its own name, never used twice: no activation can overwrite what another one sealed.</param>
/// <param name="Epoch">The cluster's epoch when it was sealed: no id in it was confirmed in a later one.</param>
internal sealed record SealedIds(string Name, long Epoch)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
