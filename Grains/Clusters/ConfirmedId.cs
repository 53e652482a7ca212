using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansSie.Grains.Clusters;

/// <summary>An interruption whose instance knows that it is counted.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Epoch">The cluster's epoch when that was confirmed.</param>
internal sealed record ConfirmedId(string Id, long Epoch)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
