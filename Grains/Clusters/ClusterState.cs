using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Clusters;

/// <summary>What is stored of one cluster. Its size follows the label sets and the work in flight, not the interruptions counted.</summary>
internal sealed class ClusterState : IVersionedState, ICommittedState
{
    [JsonRequired]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <inheritdoc/>
    public long Version { get; set; }

    /// <summary>Rises in each write that forgets ids: see <see cref="Fence"/>.</summary>
    public long Epoch { get; set; }

    /// <summary>The cluster's name is in the index.</summary>
    public bool Indexed { get; set; }

    /// <summary>Full hours in which nothing was heard of its nodes, counted only if clusters are retired.</summary>
    public int QuietHours { get; set; }

    /// <summary>Nothing was heard of its nodes for so long that it is in the index no more. Its counts go on when it is heard of.</summary>
    public bool Retired { get; set; }

    /// <summary>Interruptions by labels.</summary>
    public List<TotalRow> Totals { get; set; } = [];

    /// <summary>Counted interruptions whose instance has not recorded that yet, by id.</summary>
    public Dictionary<string, UnconfirmedId> Unconfirmed { get; set; } = [];

    /// <summary>Counted interruptions whose instance has recorded it, not sealed yet.</summary>
    public List<ConfirmedId> Confirmed { get; set; } = [];

    /// <summary>Records of their own that hold confirmed ids until their time is over.</summary>
    public List<SealedIds> Sealed { get; set; } = [];

    /// <summary>Records of ids that are forgotten, still to be removed.</summary>
    public List<string> Dropped { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
