using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansSie.Grains.Clusters;

/// <summary>One interruption that is counted, as it is stored: in the tail of the cluster's record at first, then in a segment.</summary>
internal sealed class Entry
{
    [JsonPropertyName("i")]
    public string Id { get; set; } = "";

    /// <summary>The instance's name; its whole key where its project is not the cluster's, or its zone not that of the row.</summary>
    [JsonPropertyName("n")]
    public string Instance { get; set; } = "";

    /// <summary>When it happened, Unix milliseconds.</summary>
    [JsonPropertyName("t")]
    public long At { get; set; }

    /// <summary>Under which labels it is counted: the place of their row in the cluster's record.</summary>
    [JsonPropertyName("r")]
    public int Row { get; set; }

    /// <summary>How old the instance was, in seconds; null where that is not known.</summary>
    [JsonPropertyName("a")]
    public long? Age { get; set; }

    /// <summary>Compute Engine's id of the operation; null where none is known.</summary>
    [JsonPropertyName("o")]
    public string? Operation { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Of its id.</summary>
    [JsonIgnore]
    public UInt128 Digest { get; set; }

    /// <summary>The epoch in which its instance was known to have recorded it; null while that is not known.</summary>
    [JsonIgnore]
    public long? ConfirmedIn { get; set; }

    /// <summary>The segment that it is in; null in the tail and before.</summary>
    [JsonIgnore]
    public Segment? Segment { get; set; }
}
