using System.Diagnostics.CodeAnalysis;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// The counted interruptions that no instance is known to have recorded, and the line in which their instances are asked: who waited
/// longest first. One that was asked in vain goes to the end of the line.
/// </summary>
internal sealed class Unconfirmed
{
    private readonly Dictionary<UInt128, LinkedListNode<(Entry Entry, TimeSpan From)>> _all = [];
    private readonly LinkedList<(Entry Entry, TimeSpan From)> _line = new();

    public int Count => _all.Count;

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<Entry> All => _all.Values.Select(node => node.Value.Entry);

    /// <summary>Adds one that is not to be asked for yet: the store has not acknowledged it.</summary>
    public void Add(Entry entry) => _all.TryAdd(entry.Digest, new((entry, default)));

    /// <summary>Puts one at the end of the line, if it is not confirmed.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="from">It is not asked for before this age of the activation.</param>
    public void Queue(Entry entry, TimeSpan from)
    {
        if (_all.TryGetValue(entry.Digest, out var node) && node.List is null)
        {
            node.Value = (entry, from);
            _line.AddLast(node);
        }
    }

    /// <summary>Takes the first of the line, if its time has come.</summary>
    public bool TryNext(TimeSpan now, [NotNullWhen(true)] out Entry? entry)
    {
        entry = _line.First is { } node && node.Value.From <= now ? node.Value.Entry : null;
        if (entry is not null)
        {
            _line.RemoveFirst();
        }

        return entry is not null;
    }

    /// <summary>Takes one out that is confirmed; null where it is none.</summary>
    public Entry? Remove(UInt128 digest)
    {
        if (!_all.Remove(digest, out var node))
        {
            return null;
        }

        node.List?.Remove(node);
        return node.Value.Entry;
    }

    public void Clear()
    {
        _all.Clear();
        _line.Clear();
    }
}
