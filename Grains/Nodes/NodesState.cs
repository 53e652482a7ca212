using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Nodes;

/// <summary>What is stored of a project's nodes: its size follows the zones and the sets of labels, not the nodes. docs/stored-form.md has every member.</summary>
internal sealed class NodesState : IVersionedState, ICommittedState
{
    [JsonRequired, JsonPropertyName("s")]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <inheritdoc/>
    [JsonPropertyName("v")]
    public long Version { get; set; }

    /// <summary>The last whole listing of each zone.</summary>
    [JsonPropertyName("z")]
    public Dictionary<string, ListedZone> Zones { get; set; } = [];

    /// <summary>Nodes by labels.</summary>
    [JsonPropertyName("n")]
    public List<NodeRow> Rows { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>When each zone was last listed whole.</summary>
    public Dictionary<string, DateTimeOffset> Listed() => Zones.ToDictionary(zone => zone.Key, zone => zone.Value.At);
}

/// <summary>A zone's last whole listing.</summary>
internal sealed class ListedZone
{
    [JsonPropertyName("t")]
    public DateTimeOffset At { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>Nodes with the same labels.</summary>
internal sealed class NodeRow : PoolRow
{
    private NodeLabels? _labels;

    [JsonPropertyName("k")]
    public string Cluster { get; set; } = "";

    /// <summary>How many ran at the last whole listing of their zone.</summary>
    [JsonPropertyName("c")]
    public long Running { get; set; }

    /// <summary>How long they have run in all.</summary>
    [JsonPropertyName("t")]
    public long Milliseconds { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>A row of these labels without nodes.</summary>
    public static NodeRow Of(NodeLabels labels, DateTimeOffset since) => new()
    {
        _labels = labels,
        Cluster = labels.Cluster,
        Pool = labels.Pool,
        Since = since.ToUnixTimeSeconds(),
    };

    public NodeLabels Labels() => _labels ??= new NodeLabels(Cluster, Pool);

    /// <summary>What may leave the record once the store has acknowledged it.</summary>
    public NodeTotal Total() => new(Labels(), Running, Milliseconds, DateTimeOffset.FromUnixTimeSeconds(Since));
}
