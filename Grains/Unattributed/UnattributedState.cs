using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Unattributed;

/// <summary>
/// What is stored of one shard of the unattributed list. Its size follows the interruptions that wait, the days that are remembered, and the
/// interruptions that were settled in the last two epochs.
/// </summary>
internal sealed class UnattributedState : IVersionedState, ICommittedState
{
    [JsonRequired, JsonPropertyName("s")]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    /// <inheritdoc/>
    [JsonPropertyName("v")]
    public long Version { get; set; }

    /// <summary>Rises in each write that forgets interruptions: see <see cref="Fence"/>.</summary>
    [JsonPropertyName("e")]
    public long Epoch { get; set; }

    /// <summary>Interruptions that wait, and those that an instance may report again, by id.</summary>
    [JsonPropertyName("i")]
    public Dictionary<string, UnattributedEntry> Interruptions { get; set; } = [];

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

/// <summary>One interruption in the unattributed list.</summary>
internal sealed class UnattributedEntry
{
    /// <summary>The instance to wake.</summary>
    [JsonPropertyName("n")]
    public string Instance { get; set; } = "";

    /// <summary>When it arrived, by the first news of it.</summary>
    [JsonPropertyName("a")]
    public DateTimeOffset ArrivedAt { get; set; }

    /// <summary>How far it has come.</summary>
    [JsonPropertyName("s")]
    public UnattributedStage Stage { get; set; }

    /// <summary>When it reached this stage, Unix seconds.</summary>
    [JsonPropertyName("r")]
    public long ReachedAt { get; set; }

    /// <summary>The shard's epoch when its instance had recorded this stage; null while that is not known, and while it waits.</summary>
    [JsonPropertyName("c")]
    public long? ConfirmedIn { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>Interruptions that arrived on one day and are given up.</summary>
internal sealed class UnattributedDay
{
    /// <summary>The day, in UTC.</summary>
    [JsonPropertyName("d")]
    public DateOnly Day { get; set; }

    [JsonPropertyName("u")]
    public long UnknownInstance { get; set; }

    [JsonPropertyName("g")]
    public long NotGke { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>One more, or one less, if the stage is a cause.</summary>
    public void Add(UnattributedStage stage, int number)
    {
        UnknownInstance += stage == UnattributedStage.unknown_instance ? number : 0;
        NotGke += stage == UnattributedStage.not_gke ? number : 0;
    }
}
