using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>The interruptions counted under one set of labels.</summary>
internal sealed class TotalRow
{
    private PoolLabels? _labels;
    private PoolTotal? _total;
    private Entry? _last;

    [JsonPropertyName("p")]
    public string NodePool { get; set; } = "";

    [JsonPropertyName("z")]
    public string Zone { get; set; } = "";

    [JsonPropertyName("m")]
    public string MachineType { get; set; } = "";

    [JsonPropertyName("v")]
    public string ProvisioningModel { get; set; } = "";

    [JsonPropertyName("r")]
    public InterruptionReason Reason { get; set; }

    [JsonPropertyName("l")]
    public bool AtLimit { get; set; }

    [JsonPropertyName("c")]
    public long Count { get; set; }

    /// <summary>When the row was made, Unix seconds.</summary>
    [JsonPropertyName("b")]
    public long Since { get; set; }

    /// <summary>When the last of them happened, Unix milliseconds; 0 without any.</summary>
    [JsonPropertyName("t")]
    public long LastAt { get; set; }

    /// <summary>How many instances had lived for how long, by the places of <see cref="Interfaces.Lifetimes.Bounds"/>, without zeros at the end.</summary>
    [JsonPropertyName("h")]
    public List<long> Lifetimes { get; set; } = [];

    /// <summary>The sum of their ages in seconds.</summary>
    [JsonPropertyName("a")]
    public long Ages { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>What the key of an instance of this zone and the cluster's project begins with.</summary>
    [JsonIgnore]
    public string InstancePrefix { get; set; } = "";

    /// <summary>A row of these labels with nothing counted yet.</summary>
    public static TotalRow Of(PoolLabels labels, long since) => new()
    {
        _labels = labels,
        NodePool = labels.Pool.NodePool,
        Zone = labels.Pool.Zone,
        MachineType = labels.Pool.MachineType,
        ProvisioningModel = labels.Pool.ProvisioningModel,
        Reason = labels.Reason,
        AtLimit = labels.AtLimit,
        Since = since,
    };

    public PoolLabels Labels() => _labels ??= new(new CapacityPool(NodePool, Zone, MachineType, ProvisioningModel), Reason, AtLimit);

    /// <summary>Counts one interruption.</summary>
    public void Take(Entry entry)
    {
        Count++;
        _total = null;
        if (entry.At >= LastAt)
        {
            (LastAt, _last) = (entry.At, entry);
        }

        if (entry.Age is { } age)
        {
            var place = Interfaces.Lifetimes.PlaceOf(age);
            while (Lifetimes.Count <= place)
            {
                Lifetimes.Add(0);
            }

            Lifetimes[place]++;
            Ages += age;
        }
    }

    /// <summary>What may leave the cluster once the store has acknowledged it.</summary>
    public PoolTotal Total() => _total ??= new PoolTotal(
        Labels(),
        Count,
        DateTimeOffset.FromUnixTimeSeconds(Since),
        Lifetimes.Count == 0 ? Interfaces.Lifetimes.None : new Lifetimes([.. Lifetimes], Ages),
        LastAt == 0
            ? null
            : new LastInterruption(
                DateTimeOffset.FromUnixTimeMilliseconds(LastAt),
                _last is null ? "" : _last.Instance[(_last.Instance.LastIndexOf('/') + 1)..],
                _last?.Operation ?? ""));
}
