using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// What is stored of one cluster. Its size follows the label sets, and neither the interruptions counted nor those not confirmed.
/// docs/stored-form.md has every member.
/// </summary>
internal sealed class ClusterState : IVersionedState, ICommittedState
{
    [JsonRequired, JsonPropertyName("s")]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <inheritdoc/>
    [JsonPropertyName("v")]
    public long Version { get; set; }

    /// <summary>Rises in each write that forgets interruptions: see <see cref="Fence"/>.</summary>
    [JsonPropertyName("e")]
    public long Epoch { get; set; }

    /// <summary>The cluster's name is in the index.</summary>
    [JsonPropertyName("x")]
    public bool Indexed { get; set; }

    /// <summary>Full hours in which none of its nodes was seen, counted only if clusters are retired.</summary>
    [JsonPropertyName("q")]
    public int QuietHours { get; set; }

    /// <summary>None of its nodes was seen for so long that it is no longer in the index. Its counts go on when one is seen again.</summary>
    [JsonPropertyName("r")]
    public bool Retired { get; set; }

    /// <summary>Interruptions by labels. A row keeps its place: the entries name it by that.</summary>
    [JsonPropertyName("t")]
    public List<TotalRow> Totals { get; set; } = [];

    /// <summary>The storms that are on.</summary>
    [JsonPropertyName("w")]
    public IReadOnlyList<StormRow> Storms { get; set; } = [];

    /// <summary>The segments that may be in the store, oldest first.</summary>
    [JsonPropertyName("g")]
    public List<SegmentRun> Runs { get; set; } = [];

    /// <summary>The first segment that is in force; they are numbered from 1. One before it is forgotten, and its record is to be removed.</summary>
    [JsonPropertyName("f")]
    public long First { get; set; }

    /// <summary>All segments up to this one were confirmed before this epoch.</summary>
    [JsonPropertyName("b")]
    public long ConfirmedBefore { get; set; }

    /// <summary>All segments up to this one are confirmed.</summary>
    [JsonPropertyName("c")]
    public long Confirmed { get; set; }

    /// <summary>The newest interruptions, which are in no segment yet.</summary>
    [JsonPropertyName("n")]
    public List<Entry> Tail { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
