namespace OrleansSie.Grains.Clusters;

/// <summary>What one write of a cluster's record changes in its <see cref="Journal"/>.</summary>
/// <param name="IsRise">The epoch rises with it.</param>
/// <param name="Dropped">So many of the oldest segments are forgotten.</param>
/// <param name="Left">What is unconfirmed in those: it stays, among the newest.</param>
/// <param name="Over">What the tail forgets.</param>
/// <param name="Newest">What the tail holds afterwards, or the new segments.</param>
/// <param name="New">What is counted by this write.</param>
internal sealed record JournalWrite(bool IsRise, int Dropped, List<Entry> Left, List<Entry> Over, List<Entry> Newest, List<Entry> New)
{
    /// <summary>The segments that were written for it; none where the tail takes all.</summary>
    public List<(long Number, Entry[] Entries)> Segments { get; } = [];
}
