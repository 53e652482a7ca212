namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>The durable figures of a whole installation, as the model expects them or as the store holds them.</summary>
internal sealed class Figures
{
    /// <summary>Interruptions by cluster key and by labels.</summary>
    public SortedDictionary<string, SortedDictionary<string, long>> Totals { get; } = new(StringComparer.Ordinal);

    /// <summary>Ages of interrupted instances by cluster key and by labels, where one is known.</summary>
    public SortedDictionary<string, SortedDictionary<string, AgesOfRow>> Ages { get; } = new(StringComparer.Ordinal);

    /// <summary>Interruptions by instance key and by standing.</summary>
    public SortedDictionary<string, InterruptionStatuses> Instances { get; } = new(StringComparer.Ordinal);

    /// <summary>The clusters that the index knows.</summary>
    public SortedSet<string> Index { get; } = new(StringComparer.Ordinal);

    /// <summary>Segments that a cluster's record names and that are not stored.</summary>
    public SortedSet<string> LostSegments { get; } = new(StringComparer.Ordinal);

    /// <summary>The list of unattributed interruptions, as stored; the model has none.</summary>
    public UnattributedFigures Register { get; } = new();

    /// <summary>All interruptions counted.</summary>
    public long Counted => Totals.Values.Sum(rows => rows.Values.Sum());

    /// <summary>Adds to a cluster's row; with 0 the cluster is there without one.</summary>
    public void Add(string cluster, string? labels, long count)
    {
        if (!Totals.TryGetValue(cluster, out var rows))
        {
            Totals[cluster] = rows = new(StringComparer.Ordinal);
        }

        if (labels is not null)
        {
            rows[labels] = rows.GetValueOrDefault(labels) + count;
        }
    }

    /// <summary>The ages of a row.</summary>
    public AgesOfRow AgesOf(string cluster, string labels)
    {
        if (!Ages.TryGetValue(cluster, out var rows))
        {
            Ages[cluster] = rows = new(StringComparer.Ordinal);
        }

        return rows.TryGetValue(labels, out var ages) ? ages : rows[labels] = new AgesOfRow();
    }

    /// <summary>The labels of a row, as one text.</summary>
    public static string Labels(string nodePool, string zone, string machineType, string provisioning, string reason) =>
        $"{nodePool} {zone} {machineType} {provisioning} {reason}";
}

/// <summary>How old instances were, by the buckets of docs/metrics.md.</summary>
internal sealed class AgesOfRow
{
    /// <summary>The buckets' bounds, in seconds.</summary>
    public static readonly long[] Bounds =
    [
        60, 120, 300, 600, 1_200, 1_800, 2_400, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800, 1_209_600, 2_592_000,
    ];

    /// <summary>Instances by bucket; the last holds those above all bounds.</summary>
    public long[] Counts { get; } = new long[Bounds.Length + 1];

    public long Seconds { get; set; }

    /// <summary>The bucket of an age, or of a bound.</summary>
    public static int PlaceOf(long age) => Bounds.Count(bound => age > bound);

    public void Add(long age)
    {
        Counts[PlaceOf(age)]++;
        Seconds += age;
    }

    public override string ToString() => $"{string.Join(' ', Counts)}, {Seconds} s";
}

/// <summary>How one instance's interruptions stand, by their identities.</summary>
internal sealed class InterruptionStatuses
{
    /// <summary>Identities are given when a message is published, so only their number can be foretold.</summary>
    public bool OnlyNumbers { get; init; }

    /// <summary>Recorded as counted.</summary>
    public List<string> Counted { get; } = [];

    /// <summary>Waiting for a description.</summary>
    public List<string> Waiting { get; } = [];

    /// <summary>Of an instance outside of GKE.</summary>
    public List<string> NotGke { get; } = [];

    /// <summary>Fixed to a cluster and not recorded as counted: nothing that has come to rest is here.</summary>
    public List<string> Counting { get; } = [];
}

/// <summary>What the list of unattributed interruptions holds, beside what the instances' own records say of the same.</summary>
internal sealed class UnattributedFigures
{
    /// <summary>Interruptions that wait, by instance and identity, in the unattributed list.</summary>
    public SortedSet<string> Waiting { get; } = new(StringComparer.Ordinal);

    /// <summary>The same by the instances' records.</summary>
    public SortedSet<string> WaitingByInstances { get; } = new(StringComparer.Ordinal);

    /// <summary>Interruptions that are given up, by cause, in the unattributed list.</summary>
    public SortedDictionary<string, long> Open { get; } = new(StringComparer.Ordinal);

    /// <summary>The same by the instances' records.</summary>
    public SortedDictionary<string, long> OpenByInstances { get; } = new(StringComparer.Ordinal);

    /// <summary>Interruptions whose instance gave them up and has not recorded that the unattributed list knows.</summary>
    public SortedSet<string> Untold { get; } = new(StringComparer.Ordinal);

    /// <summary>All that were ever given up, less those that were counted after all.</summary>
    public long Balance { get; set; }

    public static void Add(SortedDictionary<string, long> counts, string cause, long number)
    {
        if (number != 0)
        {
            counts[cause] = counts.GetValueOrDefault(cause) + number;
        }
    }
}
