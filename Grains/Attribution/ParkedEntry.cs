using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Attribution;

/// <summary>One interruption in the register.</summary>
internal sealed class ParkedEntry
{
    /// <summary>The instance to wake.</summary>
    [JsonPropertyName("n")]
    public string Instance { get; set; } = "";

    /// <summary>When it arrived, as it was first told.</summary>
    [JsonPropertyName("a")]
    public DateTimeOffset ArrivedAt { get; set; }

    /// <summary>How far it has come.</summary>
    [JsonPropertyName("s")]
    public ParkedStage Stage { get; set; }

    /// <summary>When it came so far, Unix seconds.</summary>
    [JsonPropertyName("r")]
    public long ReachedAt { get; set; }

    /// <summary>The shard's epoch when its instance had recorded this stage; null while that is not known, and while it waits.</summary>
    [JsonPropertyName("c")]
    public long? ConfirmedIn { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
