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
    private readonly ActivationClock _clock;
    private readonly string _project;
    private readonly Dictionary<PoolLabels, int> _places = [];
    private readonly List<PoolTotal> _durable = [];

    /// <param name="cluster">The record.</param>
    /// <param name="key">The cluster's key as text.</param>
    /// <param name="clock">Says since when a row exists.</param>
    public ClusterTotals(Func<ClusterState> cluster, string key, ActivationClock clock)
    {
        _cluster = cluster;
        _clock = clock;
        _project = ClusterKey.Parse(key).Project;
    }

    /// <summary>How many rows there are, with those that no write has begun for.</summary>
    public int Count => Rows.Count;

    private List<TotalRow> Rows => _cluster().Totals;

    /// <summary>Takes the rows of a record that was read.</summary>
    public void Read()
    {
        _places.Clear();
        _durable.Clear();
        for (var place = 0; place < Rows.Count; place++)
        {
            Enter(Rows[place], place);
            _durable.Add(Rows[place].Total());
        }
    }

    /// <summary>Makes rows for pools without one. Interruptions of other reasons make their rows when they are counted.</summary>
    /// <returns>Whether there are new rows, which are durable after the next write.</returns>
    public bool Enter(IReadOnlyList<CapacityPool> pools)
    {
        var before = Rows.Count;
        foreach (var pool in pools)
        {
            PlaceOf(new PoolLabels(pool, InterruptionReason.Preempted));
        }

        return Rows.Count > before;
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
    public void Take(IReadOnlyList<Entry> entries)
    {
        var minute = _clock.WallMinute;
        foreach (var entry in entries)
        {
            Rows[entry.Row].Take(entry, minute);
        }
    }

    /// <summary>The store has acknowledged that write.</summary>
    /// <param name="entries">What was counted in it.</param>
    /// <param name="rows">How many rows it had.</param>
    public void Acknowledge(IReadOnlyList<Entry> entries, int rows)
    {
        for (var place = _durable.Count; place < rows; place++)
        {
            _durable.Add(Rows[place].Total());
        }

        foreach (var entry in entries)
        {
            _durable[entry.Row] = Rows[entry.Row].Total();
        }
    }

    /// <summary>What the store has acknowledged.</summary>
    public IReadOnlyList<PoolTotal> Durable() => [.. _durable];

    private int PlaceOf(PoolLabels labels)
    {
        if (!_places.TryGetValue(labels, out var place))
        {
            if (_places.Count >= MaxRows)
            {
                labels = new PoolLabels(new CapacityPool("", "", "", ""), labels.Reason, labels.AtLimit);
            }

            if (!_places.TryGetValue(labels, out place))
            {
                place = Rows.Count;
                Rows.Add(TotalRow.Of(labels, _clock.Now));
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

/// <summary>The counts of a cluster that the store has acknowledged last: no others may leave the cluster. The snapshot is built when it is asked for.</summary>
internal sealed class DurableCounts
{
    private readonly string _key;
    private readonly ClusterTotals _totals;
    private bool _isRetired;
    private IReadOnlyList<Storm> _storms = [];
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
    public void Take(long version, long epoch, bool isRetired, IReadOnlyList<Storm> storms)
    {
        (Version, Epoch, _isRetired, _storms) = (version, epoch, isRetired, storms);
        _snapshot = null;
    }

    public ClusterSnapshot Snapshot() => _snapshot ??= new ClusterSnapshot(_key, Version, _totals.Durable(), Epoch, _isRetired) { Storms = _storms };
}
