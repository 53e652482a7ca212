using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Nodes;

/// <summary>
/// How long nodes have run, by samples. A listing adds, for each node that it shows, the time since the later of the zone's last whole
/// listing and the node's start; and for each node that has gone since, half of the time between the two. A zone's first listing adds
/// nothing: what was before is not known. A node that started and ended between two listings is not seen.
/// </summary>
internal static class NodeTally
{
    /// <summary>Sets of labels that have a row of their own; nodes of further ones share one row a cluster and zone.</summary>
    public const int MaxRows = 10_000;

    private static readonly TimeSpan _farAhead = TimeSpan.FromHours(1);

    /// <summary>Takes a listing into the record.</summary>
    /// <returns>Whether it changed.</returns>
    public static bool Take(NodesState state, NodeListing listing)
    {
        var changed = false;
        foreach (var zone in listing.Zones)
        {
            var listed = state.Zones.GetValueOrDefault(zone.Zone);
            var before = listed?.At;
            if (before != zone.Before || (listing.At <= before && !IsAhead(before.Value, listing.At)))
            {
                continue;
            }

            Take(state, zone, listing.At);
            (state.Zones[zone.Zone] = listed ?? new ListedZone()).At = listing.At;
            changed = true;
        }

        return changed;
    }

    /// <summary>The clock of an earlier worker was far ahead: the zone begins anew, without time.</summary>
    private static bool IsAhead(DateTimeOffset before, DateTimeOffset at) => before - at > _farAhead;

    private static void Take(NodesState state, ZoneListing zone, DateTimeOffset at)
    {
        var rows = state.Rows.Where(row => row.Zone == zone.Zone).ToDictionary(row => row.Labels());
        var found = new Dictionary<NodeRow, (long Running, long Started, long StartedMilliseconds)>();
        foreach (var nodes in zone.Nodes)
        {
            var row = RowOf(state, rows, nodes.Labels, at);
            var (running, started, milliseconds) = found.GetValueOrDefault(row);
            found[row] = (running + nodes.Running, started + nodes.Started, milliseconds + nodes.StartedMilliseconds);
        }

        var passed = zone.Before is { } before && at > before ? (long)(at - before).TotalMilliseconds : 0;
        foreach (var row in rows.Values)
        {
            var (running, started, milliseconds) = found.GetValueOrDefault(row);
            if (passed > 0)
            {
                var gone = Math.Max(0, row.Running + started - running);
                row.Milliseconds += ((running - started) * passed) + milliseconds + (gone * passed / 2);
            }

            row.Running = running;
        }
    }

    private static NodeRow RowOf(NodesState state, Dictionary<NodeLabels, NodeRow> rows, NodeLabels labels, DateTimeOffset at)
    {
        if (!rows.TryGetValue(labels, out var row))
        {
            labels = state.Rows.Count < MaxRows ? labels : labels with { Pool = new CapacityPool("", labels.Pool.Zone, "", "") };
            if (!rows.TryGetValue(labels, out row))
            {
                row = NodeRow.Of(labels, at);
                rows.Add(labels, row);
                state.Rows.Add(row);
            }
        }

        return row;
    }
}
