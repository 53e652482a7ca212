using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Attribution;

/// <summary>Interruptions that arrived on one day and are given up.</summary>
internal sealed class UnattributedDay
{
    /// <summary>The day, in UTC.</summary>
    [JsonPropertyName("d")]
    public DateOnly Day { get; set; }

    [JsonPropertyName("u")]
    public long UnknownInstance { get; set; }

    [JsonPropertyName("g")]
    public long NotGke { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>One more, or one less, if the stage is a cause.</summary>
    public void Add(ParkedStage stage, int number)
    {
        UnknownInstance += stage == ParkedStage.unknown_instance ? number : 0;
        NotGke += stage == ParkedStage.not_gke ? number : 0;
    }
}
