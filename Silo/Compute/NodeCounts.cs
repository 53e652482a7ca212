using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Compute;

/// <summary>The running GKE nodes of a listing, by zone and labels.</summary>
internal sealed class NodeCounts
{
    private readonly Dictionary<NodeLabels, Count> _counts = [];
    private readonly IReadOnlyDictionary<string, DateTimeOffset> _before;
    private readonly DateTimeOffset _at;

    /// <param name="before">When each zone was last listed whole.</param>
    /// <param name="at">When this listing began.</param>
    public NodeCounts(IReadOnlyDictionary<string, DateTimeOffset> before, DateTimeOffset at)
    {
        _before = before;
        _at = at;
    }

    /// <summary>A running node that started then. One that started while the listing was under way is counted by the next.</summary>
    public void Add(NodeLabels labels, DateTimeOffset start)
    {
        if (start > _at)
        {
            return;
        }

        if (!_counts.TryGetValue(labels, out var count))
        {
            _counts.Add(labels, count = new Count());
        }

        count.Running++;
        if (_before.TryGetValue(labels.Pool.Zone, out var before) && start > before)
        {
            count.Started++;
            count.StartedMilliseconds += (long)(_at - start).TotalMilliseconds;
        }
    }

    /// <summary>What the listing found in the zones that it holds whole.</summary>
    public NodeListing ToListing(ListedScopes scopes)
    {
        var nodes = _counts.ToLookup(c => c.Key.Pool.Zone, c => new ListedNodes(c.Key, c.Value.Running, c.Value.Started, c.Value.StartedMilliseconds));
        return new NodeListing(
            _at,
            [.. scopes.Whole().Select(zone => new ZoneListing(zone, _before.TryGetValue(zone, out var at) ? at : null, [.. nodes[zone]]))]);
    }

    private sealed class Count
    {
        public long Running { get; set; }

        public long Started { get; set; }

        public long StartedMilliseconds { get; set; }
    }
}
