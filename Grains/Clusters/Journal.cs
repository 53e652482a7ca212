using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// The interruptions that a cluster has counted and must recognise if they come again. The newest are in the cluster's own record, its tail;
/// when that grows too long they move into a segment, a record of their own that is written once. So a commit writes what is new, and never
/// all that is remembered. An interruption is remembered until its instance has recorded the count, and after that through the epoch in
/// which this was confirmed and the next: see <see cref="Fence"/>. Segments are forgotten whole, from the oldest on.
/// In memory an id is 16 bytes; what is confirmed has no more than that.
/// </summary>
internal sealed class Journal
{
    /// <summary>The most interruptions that the cluster's own record holds.</summary>
    public const int MostInTail = 64;

    /// <summary>The most interruptions in a segment.</summary>
    public const int MostInSegment = 1_000;

    private readonly Func<ClusterState> _cluster;
    private readonly SegmentRecords _records;
    private readonly Fence _fence;
    private readonly Unconfirmed _unconfirmed;
    private readonly HashSet<UInt128> _known = [];
    private readonly List<Segment> _segments = [];
    private List<Entry> _new = [];

    public Journal(Func<ClusterState> cluster, SegmentRecords records, Fence fence, Unconfirmed unconfirmed)
    {
        _cluster = cluster;
        _records = records;
        _fence = fence;
        _unconfirmed = unconfirmed;
    }

    /// <summary>Whether nothing is left to be confirmed, forgotten or removed.</summary>
    public bool IsDone => _known.Count == 0 && !_records.HasRest;

    /// <summary>Whether the next write lets the epoch rise: it is time, and something waits for it.</summary>
    public bool IsRiseDue =>
        _fence.IsDue && (State.Tail.Exists(e => e.ConfirmedIn is not null) || _segments.Exists(s => s.Unconfirmed < s.Digests.Count));

    private ClusterState State => _cluster();

    /// <summary>
    /// Reads every segment in force. Where the store has lost one, the epoch rises beyond its time with the next commit: the instances have
    /// recorded what they had confirmed, and a caller that began before is sent back to read that.
    /// </summary>
    /// <returns>How many are lost.</returns>
    /// <exception cref="StateUnavailableException">One cannot be read.</exception>
    public async Task<int> LoadAsync()
    {
        var read = await _records.ReadAsync();
        _known.Clear();
        _segments.Clear();
        _unconfirmed.Clear();
        foreach (var (number, segment) in read)
        {
            if (segment is null)
            {
                _records.Lose(number);
            }
            else
            {
                Take(number, segment.Entries);
            }
        }

        State.Tail.ForEach(SetDigest);
        State.Tail.ForEach(Remember);
        var lost = read.Count(r => r.Segment is null);
        State.Epoch += lost > 0 ? 2 : 0;
        return lost;
    }

    public bool Contains(UInt128 digest) => _known.Contains(digest);

    /// <summary>Remembers an interruption that is counted by the next commit.</summary>
    public void Add(Entry entry)
    {
        Remember(entry);
        _new.Add(entry);
    }

    /// <summary>Its instance has recorded the count. An unknown id is ignored.</summary>
    public void Confirm(string id)
    {
        if (_unconfirmed.Remove(IdDigest.Of(id)) is { } entry)
        {
            entry.ConfirmedIn = State.Epoch;
            if (entry.Segment is { } segment)
            {
                segment.Unconfirmed--;
                segment.ConfirmedIn = State.Epoch;
            }
        }
    }

    /// <summary>
    /// Begins a write of the cluster's record: decides what it is to hold, and writes the segments that it will name. Until
    /// <see cref="Enter"/> nothing of it is in the cluster's state.
    /// </summary>
    /// <param name="announce">Writes the cluster's record as it is.</param>
    public async Task<JournalWrite> PrepareAsync(Func<Task> announce)
    {
        var isRise = IsRiseDue;
        var next = State.Epoch + 1;
        var dropped = isRise ? Ripe(next) : 0;
        var left = dropped > 0 ? _unconfirmed.All.Where(e => e.Segment is { } s && s.Number <= _segments[dropped - 1].Number).ToList() : [];
        var over = isRise ? State.Tail.FindAll(e => e.ConfirmedIn is { } confirmed && Fence.IsOver(confirmed, next)) : [];
        var write = new JournalWrite(isRise, dropped, left, over, [.. over.Count > 0 ? State.Tail.Except(over) : State.Tail, .. left, .. _new], _new);
        _new = [];
        if (write.Newest.Count <= MostInTail)
        {
            return write;
        }

        if (!_records.IsAnnounced)
        {
            _records.Announce();
            await announce();
        }

        foreach (var some in write.Newest.Chunk(MostInSegment))
        {
            write.Segments.Add((await _records.WriteAsync(some), some));
        }

        return write;
    }

    /// <summary>Puts into the cluster's state, in one step, what its write is to hold.</summary>
    public void Enter(JournalWrite write)
    {
        Forget(write);
        _records.Name();
        write.Newest.ForEach(e => e.Segment = null);
        foreach (var (number, entries) in write.Segments)
        {
            Append(new Segment(number, entries, State.Epoch), entries.Where(e => e.ConfirmedIn is null));
        }

        State.Tail = write.Segments.Count > 0 ? [] : write.Newest;
        State.Confirmed = ConfirmedUpTo(State.Epoch);
        State.ConfirmedBefore = ConfirmedUpTo(State.Epoch - 1);
    }

    private void Take(long number, IReadOnlyList<Entry> entries)
    {
        entries.ToList().ForEach(SetDigest);
        var isConfirmed = number <= State.Confirmed;
        var segment = new Segment(number, entries, number <= State.ConfirmedBefore ? State.Epoch - 1 : State.Epoch);
        _known.UnionWith(segment.Digests);
        Append(segment, isConfirmed ? [] : entries);
        if (!isConfirmed)
        {
            entries.ToList().ForEach(_unconfirmed.Add);
        }
    }

    private void Remember(Entry entry)
    {
        _known.Add(entry.Digest);
        _unconfirmed.Add(entry);
    }

    private static void SetDigest(Entry entry) => entry.Digest = IdDigest.Of(entry.Id);

    private void Append(Segment segment, IEnumerable<Entry> unconfirmed)
    {
        foreach (var entry in unconfirmed)
        {
            entry.Segment = segment;
            segment.Unconfirmed++;
        }

        _segments.Add(segment);
    }

    /// <summary>Forgets what is over, in the step in which the epoch rises.</summary>
    private void Forget(JournalWrite write)
    {
        if (!write.IsRise)
        {
            return;
        }

        _fence.Rise();
        State.Epoch++;
        write.Over.ForEach(e => _known.Remove(e.Digest));
        if (write.Dropped > 0)
        {
            State.First = _segments[write.Dropped - 1].Number + 1;
            _segments.Take(write.Dropped).ToList().ForEach(s => _known.ExceptWith(s.Digests));
            _segments.RemoveRange(0, write.Dropped);
            _known.UnionWith(write.Left.Select(e => e.Digest));
        }
    }

    /// <summary>
    /// How many of the oldest segments are forgotten when an epoch begins: as many as have nothing in them that was confirmed lately, and
    /// of which not more than half is unconfirmed. That part is written anew, so what is forgotten is at least as much as what is copied.
    /// </summary>
    private int Ripe(long next)
    {
        var (ripe, all, unconfirmed) = (0, 0, 0);
        for (var i = 0; i < _segments.Count && Fence.IsOver(_segments[i].ConfirmedIn, next); i++)
        {
            all += _segments[i].Digests.Count;
            unconfirmed += _segments[i].Unconfirmed;
            ripe = 2 * unconfirmed <= all ? i + 1 : ripe;
        }

        return ripe;
    }

    private long ConfirmedUpTo(long epoch)
    {
        var number = 0L;
        foreach (var segment in _segments)
        {
            if (segment.Unconfirmed > 0 || segment.ConfirmedIn > epoch)
            {
                break;
            }

            number = segment.Number;
        }

        return number;
    }
}

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
