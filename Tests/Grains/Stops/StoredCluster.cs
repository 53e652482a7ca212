using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Interfaces;
using Xunit;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>What the store holds of one cluster, segments included.</summary>
internal sealed record StoredCluster(string Key, long Version, long Total, IReadOnlyList<string> Ids)
{
    /// <summary>Reads it.</summary>
    public static StoredCluster Of(TestStorage store, string key)
    {
        var state = store.Read<ClusterState>($"cluster:{key}");
        return new StoredCluster(
            key,
            state.Version,
            state.Totals.Sum(t => t.Count),
            [
                .. state.Tail.Select(e => e.Id),
                .. state.Runs.SelectMany(r => r.Numbers().Where(n => n >= state.First).Select(r.NameOf))
                    .SelectMany(name => store.Read<SegmentState>($"segment-{name}:{key}").Entries.Select(e => e.Id)),
            ]);
    }

    /// <summary>Each interruption is counted and remembered once.</summary>
    public void IsExactly(IReadOnlySet<string> ids, string when)
    {
        Assert.True(Total == ids.Count, $"{when}: STORED total of {Key} is {Total} and not {ids.Count}");
        Assert.True(Ids.Count == ids.Count && ids.SetEquals(Ids), $"{when}: {Key} remembers {Ids.Count} ids and not {ids.Count}");
    }

    /// <summary>The instance's record says of an interruption that it is of no node, and that the unattributed list knows it.</summary>
    public static void InstanceHasToldNoNode(TestStorage store, InstanceEvent e, string when)
    {
        var state = store.Read<InstanceState>($"instance:{e.Instance}");
        var told = state.Open.FindAll(o => o.Id == e.EventId).ConvertAll(o => $"{o.Status}, told {o.Told}");
        Assert.True(state.Counted.Count == 0 && told is ["not_gke, told not_gke"], $"{when}: {e.Instance} has of {e.EventId}: {string.Join("; ", told)}");
    }

    /// <summary>The instance's record says of an interruption that it is counted, and waits for nothing.</summary>
    public static void InstanceHasCounted(TestStorage store, InstanceEvent e, string when)
    {
        var state = store.Read<InstanceState>($"instance:{e.Instance}");
        var times = state.Counted.Count(id => id == e.EventId);
        Assert.True(times == 1 && state.Open.Count == 0, $"{when}: {e.Instance} has {e.EventId} {times} times, and {state.Open.Count} open");
    }
}
