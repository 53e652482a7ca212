namespace OrleansSie.Grains.Clusters;

/// <summary>What an activation remembers of a segment in force.</summary>
internal sealed class Segment
{
    private readonly UInt128[] _digests;

    /// <param name="number">Its number.</param>
    /// <param name="entries">What is in it.</param>
    /// <param name="confirmedIn">The epoch of the last confirmation of one of them, or a later one.</param>
    public Segment(long number, IReadOnlyList<Entry> entries, long confirmedIn)
    {
        Number = number;
        _digests = [.. entries.Select(e => e.Digest)];
        ConfirmedIn = confirmedIn;
    }

    public long Number { get; }

    /// <summary>The ids in it.</summary>
    public IReadOnlyList<UInt128> Digests => _digests;

    /// <summary>How many of them are not confirmed.</summary>
    public int Unconfirmed { get; set; }

    /// <summary>No id in it was confirmed in a later epoch.</summary>
    public long ConfirmedIn { get; set; }
}
