namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>The durable figures of a whole installation, as the model expects them or as the store holds them.</summary>
internal sealed class Figures
{
    /// <summary>Interruptions by cluster key and by labels.</summary>
    public SortedDictionary<string, SortedDictionary<string, long>> Totals { get; } = new(StringComparer.Ordinal);

    /// <summary>Interruptions by instance key and by standing.</summary>
    public SortedDictionary<string, Standings> Instances { get; } = new(StringComparer.Ordinal);

    /// <summary>The clusters that the index knows.</summary>
    public SortedSet<string> Index { get; } = new(StringComparer.Ordinal);

    /// <summary>Segments that a cluster's record names and that are not stored.</summary>
    public SortedSet<string> LostSegments { get; } = new(StringComparer.Ordinal);

    /// <summary>The register of interruptions without a cluster, as stored; the model has none.</summary>
    public RegisterFigures Register { get; } = new();

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

    /// <summary>The labels of a row, as one text.</summary>
    public static string Labels(string nodePool, string zone, string machineType, string provisioning, string reason) =>
        $"{nodePool} {zone} {machineType} {provisioning} {reason}";
}
