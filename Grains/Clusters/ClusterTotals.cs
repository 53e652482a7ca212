using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// The totals of a cluster's record, by their labels: as they are written next, and as the store has acknowledged them. They change only
/// in the step that begins a write.
/// </summary>
internal sealed class ClusterTotals
{
    /// <summary>Sets of labels that have a row of their own; an interruption with any further set is counted by its reason alone.</summary>
    public const int MaxRows = 1_000;

    private readonly Func<ClusterState> _cluster;
    private readonly string _project;
    private readonly Dictionary<PoolLabels, int> _places = [];

    /// <param name="cluster">The record.</param>
    /// <param name="key">The cluster's key as text.</param>
    public ClusterTotals(Func<ClusterState> cluster, string key)
    {
        _cluster = cluster;
        _project = ClusterKey.Parse(key).Project;
    }

    private List<TotalRow> Rows => _cluster().Totals;

    /// <summary>Takes the rows of a record that was read.</summary>
    public void Read()
    {
        _places.Clear();
        for (var place = 0; place < Rows.Count; place++)
        {
            Enter(Rows[place], place);
            Rows[place].DurableCount = Rows[place].Count;
        }
    }

    /// <summary>What is to be stored of an interruption.</summary>
    public Entry ToEntry(UInt128 digest, Interruption interruption)
    {
        var place = PlaceOf(interruption.Labels);
        var prefix = Rows[place].InstancePrefix;
        var key = interruption.Instance;
        var isShort = key.StartsWith(prefix, StringComparison.Ordinal) && key.IndexOf('/', prefix.Length) < 0;
        return new Entry
        {
            Id = interruption.Id,
            Digest = digest,
            Instance = isShort ? key[prefix.Length..] : key,
            At = interruption.At.ToUnixTimeMilliseconds(),
            Row = place,
            Age = (long?)interruption.Age?.TotalSeconds,
            Operation = interruption.Operation.Length > 0 ? interruption.Operation : null,
        };
    }

    /// <summary>The key of an entry's instance.</summary>
    public string InstanceOf(Entry entry) =>
        entry.Instance.Contains('/', StringComparison.Ordinal) ? entry.Instance : Rows[entry.Row].InstancePrefix + entry.Instance;

    /// <summary>Counts what is in the write that begins.</summary>
    public void Count(IReadOnlyList<Entry> entries)
    {
        foreach (var entry in entries)
        {
            Rows[entry.Row].Count++;
        }
    }

    /// <summary>The store has acknowledged that write.</summary>
    public void Acknowledge(IReadOnlyList<Entry> entries)
    {
        foreach (var entry in entries)
        {
            Rows[entry.Row].DurableCount = Rows[entry.Row].Count;
        }
    }

    /// <summary>What the store has acknowledged.</summary>
    public IReadOnlyList<PoolTotal> Durable() => [.. Rows.Where(r => r.DurableCount > 0).Select(r => r.Durable())];

    private int PlaceOf(PoolLabels labels)
    {
        if (!_places.TryGetValue(labels, out var place))
        {
            if (_places.Count >= MaxRows)
            {
                labels = new PoolLabels("", "", "", "", labels.Reason, labels.AtLimit);
            }

            if (!_places.TryGetValue(labels, out place))
            {
                place = Rows.Count;
                Rows.Add(TotalRow.Of(labels));
                Enter(Rows[place], place);
            }
        }

        return place;
    }

    private void Enter(TotalRow row, int place)
    {
        row.InstancePrefix = $"projects/{_project}/zones/{row.Zone}/instances/";
        _places[row.Labels()] = place;
    }
}

/// <summary>The interruptions counted under one set of labels.</summary>
internal sealed class TotalRow
{
    private PoolLabels? _labels;
    private PoolTotal? _durable;

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

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>What the store has acknowledged of <see cref="Count"/>.</summary>
    [JsonIgnore]
    public long DurableCount { get; set; }

    /// <summary>What the key of an instance of this zone and the cluster's project begins with.</summary>
    [JsonIgnore]
    public string InstancePrefix { get; set; } = "";

    /// <summary>A row of these labels with nothing counted yet.</summary>
    public static TotalRow Of(PoolLabels labels) => new()
    {
        _labels = labels,
        NodePool = labels.NodePool,
        Zone = labels.Zone,
        MachineType = labels.MachineType,
        ProvisioningModel = labels.ProvisioningModel,
        Reason = labels.Reason,
        AtLimit = labels.AtLimit,
    };

    public PoolLabels Labels() => _labels ??= new(NodePool, Zone, MachineType, ProvisioningModel, Reason, AtLimit);

    /// <summary>What may leave the cluster.</summary>
    public PoolTotal Durable() => _durable?.Count == DurableCount ? _durable : _durable = new PoolTotal(Labels(), DurableCount);
}

/// <summary>The counts of a cluster that the store has acknowledged last: no others may leave the cluster. The snapshot is built when it is asked for.</summary>
internal sealed class DurableCounts
{
    private readonly string _key;
    private readonly ClusterTotals _totals;
    private bool _isRetired;
    private ClusterSnapshot? _snapshot;

    public DurableCounts(string key, ClusterTotals totals)
    {
        _key = key;
        _totals = totals;
    }

    /// <summary>0: the store holds no such cluster.</summary>
    public long Version { get; private set; }

    public long Epoch { get; private set; }

    /// <summary>The store has acknowledged these, and the totals.</summary>
    public void Take(long version, long epoch, bool isRetired)
    {
        (Version, Epoch, _isRetired) = (version, epoch, isRetired);
        _snapshot = null;
    }

    public ClusterSnapshot Snapshot() => _snapshot ??= new ClusterSnapshot(_key, Version, _totals.Durable(), Epoch, _isRetired);
}
