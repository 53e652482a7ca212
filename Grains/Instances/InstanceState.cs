using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Instances;

/// <summary>What is stored of one instance name.</summary>
internal sealed class InstanceState : IVersionedState
{
    [JsonRequired]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <summary>The lives of this name, oldest first; the newest few are kept.</summary>
    public List<Incarnation> Incarnations { get; set; } = [];

    /// <summary>Interruptions that are not counted: waiting for a cluster, being counted, or of no GKE cluster.</summary>
    public List<OpenInterruption> Open { get; set; } = [];

    /// <summary>Ids of the interruptions counted, oldest first; the newest are kept.</summary>
    public List<string> Counted { get; set; } = [];

    /// <summary>When an event last changed this record, by arrival. Retention counts from here.</summary>
    public DateTimeOffset LastHeardAt { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
