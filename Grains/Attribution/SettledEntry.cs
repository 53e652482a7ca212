using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansSie.Grains.Attribution;

/// <summary>The settlements of one interruption that were counted.</summary>
internal sealed class SettledEntry
{
    /// <summary>The instance that brought them.</summary>
    public string Instance { get; set; } = "";

    /// <summary>Which they were, see <see cref="ParkedFigures"/>.</summary>
    public List<string> Steps { get; set; } = [];

    /// <summary>When the newest came, Unix seconds.</summary>
    public long At { get; set; }

    /// <summary>The shard's epoch when its instance had recorded them all; null while that is not known.</summary>
    public long? ConfirmedIn { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
