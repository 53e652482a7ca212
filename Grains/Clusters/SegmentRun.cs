using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansSie.Grains.Clusters;

/// <summary>Segments that one activation wrote, one after the other. Their numbers go on from those of the run before.</summary>
internal sealed class SegmentRun
{
    /// <summary>Names the activation; no two have the same, so none can overwrite a segment of another.</summary>
    [JsonPropertyName("a")]
    public string Activation { get; set; } = "";

    [JsonPropertyName("f")]
    public long From { get; set; }

    /// <summary>The last of them; one less than <see cref="From"/> where there is none yet.</summary>
    [JsonPropertyName("t")]
    public long To { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>The name of one of its segments.</summary>
    public string NameOf(long number) => $"{Activation}-{number}";

    /// <summary>The numbers of its segments.</summary>
    public IEnumerable<long> Numbers()
    {
        for (var number = From; number <= To; number++)
        {
            yield return number;
        }
    }
}
