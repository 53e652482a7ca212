using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Instances;

/// <summary>What is stored of one instance name.</summary>
internal sealed class InstanceState : IVersionedState
{
    [JsonRequired, JsonPropertyName("s")]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <summary>The lives of this name, oldest first; the newest few are kept.</summary>
    [JsonPropertyName("i")]
    public List<Incarnation> Incarnations { get; set; } = [];

    /// <summary>The ids of lives that are no longer kept, oldest first; null while there is none.</summary>
    [JsonPropertyName("t")]
    public List<TrimmedIds>? Trimmed { get; set; }

    /// <summary>Interruptions that are not counted: waiting for a cluster, being counted, or of no GKE cluster.</summary>
    [JsonPropertyName("o")]
    public List<OpenInterruption> Open { get; set; } = [];

    /// <summary>Ids of the interruptions counted, oldest first; the newest are kept.</summary>
    [JsonPropertyName("c")]
    public List<string> Counted { get; set; } = [];

    /// <summary>When an event last changed this record, by arrival. Retention counts from here.</summary>
    [JsonPropertyName("h")]
    public DateTimeOffset LastHeardAt { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
