using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Attribution;

/// <summary>
/// What is stored of one shard of the register. Its size follows the interruptions that wait, the days that are remembered, and what
/// became of interruptions in the last two epochs.
/// </summary>
internal sealed class ParkedState : IVersionedState, ICommittedState
{
    [JsonRequired]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <inheritdoc/>
    public long Version { get; set; }

    /// <summary>Rises in each write that forgets interruptions: see <see cref="Fence"/>.</summary>
    public long Epoch { get; set; }

    /// <summary>Interruptions that wait, and those that an instance may tell of again, by id.</summary>
    public Dictionary<string, ParkedEntry> Interruptions { get; set; } = [];

    /// <summary>Interruptions that are given up, by the day they arrived on.</summary>
    public List<UnattributedDay> Days { get; set; } = [];

    public long UnknownInstance { get; set; }

    public long NotGke { get; set; }

    public long Reattributed { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
