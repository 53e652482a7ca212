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
    [JsonRequired, JsonPropertyName("s")]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <inheritdoc/>
    [JsonPropertyName("v")]
    public long Version { get; set; }

    /// <summary>Rises in each write that forgets interruptions: see <see cref="Fence"/>.</summary>
    [JsonPropertyName("e")]
    public long Epoch { get; set; }

    /// <summary>Interruptions that wait, and those that an instance may tell of again, by id.</summary>
    [JsonPropertyName("i")]
    public Dictionary<string, ParkedEntry> Interruptions { get; set; } = [];

    /// <summary>Interruptions that are given up, by the day they arrived on.</summary>
    [JsonPropertyName("d")]
    public List<UnattributedDay> Days { get; set; } = [];

    [JsonPropertyName("u")]
    public long UnknownInstance { get; set; }

    [JsonPropertyName("g")]
    public long NotGke { get; set; }

    [JsonPropertyName("r")]
    public long Reattributed { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
