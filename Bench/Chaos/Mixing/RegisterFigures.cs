namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>What the register of interruptions without a cluster holds, beside what the instances' own records say of the same.</summary>
internal sealed class RegisterFigures
{
    /// <summary>Interruptions that wait, by instance and identity, in the register.</summary>
    public SortedSet<string> Waiting { get; } = new(StringComparer.Ordinal);

    /// <summary>The same by the instances' records.</summary>
    public SortedSet<string> WaitingByInstances { get; } = new(StringComparer.Ordinal);

    /// <summary>Interruptions that are given up, by cause, in the register.</summary>
    public SortedDictionary<string, long> Open { get; } = new(StringComparer.Ordinal);

    /// <summary>The same by the instances' records.</summary>
    public SortedDictionary<string, long> OpenByInstances { get; } = new(StringComparer.Ordinal);

    /// <summary>Interruptions whose instance gave them up and has not recorded that the register knows.</summary>
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
