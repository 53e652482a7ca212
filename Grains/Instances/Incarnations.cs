using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Instances;

/// <summary>
/// The lives of an instance name, and which of them an event is about. A numeric id decides wherever it is known; without one, time does.
/// A time of publishing is only an upper bound, so it never shows that one event came before another.
/// </summary>
internal static class Incarnations
{
    private const int Most = 16;

    /// <summary>The incarnation that has this id and does not have to take it; null if none has.</summary>
    public static Incarnation? WithId(InstanceState state, ulong id)
    {
        foreach (var incarnation in state.Incarnations)
        {
            if (incarnation.Id == id)
            {
                return incarnation;
            }
        }

        return null;
    }

    /// <summary>The incarnation with the event's id, or one without an id that the event does not precede and which takes that id.</summary>
    public static Incarnation? Find(InstanceState state, InstanceEvent e)
    {
        if (e.InstanceId is { } id && WithId(state, id) is var own && (own is not null || IsTrimmed(state, id)))
        {
            return own;
        }

        // A creation with an id is a life of its own: it never continues one that another creation described.
        var nameless = e.Kind == InstanceEventKind.created
            ? null
            : state.Incarnations.FindLast(i => i.Id is null && (e.AtIsPublishTime || i.LivedAt(e.At)));
        if (nameless is not null)
        {
            nameless.Id = e.InstanceId;
        }

        return nameless;
    }

    /// <summary>As <see cref="Find"/>, but a new incarnation where none fits.</summary>
    public static Incarnation FindOrAdd(InstanceState state, InstanceEvent e) => Find(state, e) ?? Add(state, e.InstanceId, e.At);

    /// <summary>
    /// The incarnation that an inventory is about: that of its id, else one without an id that was created at about the same time and
    /// takes that id, else a new one.
    /// </summary>
    public static Incarnation FindOrAdd(InstanceState state, InstanceObservation observation)
    {
        var incarnation = WithId(state, observation.Id)
            ?? (IsTrimmed(state, observation.Id) ? null : state.Incarnations.FindLast(i => i.Id is null && i.IsCreatedAbout(observation.CreatedAt)))
            ?? Add(state, observation.Id, observation.CreatedAt);
        incarnation.Id = observation.Id;
        return incarnation;
    }

    /// <summary>
    /// The incarnation that a creation without an id describes: the one it described before, else one that is not described and
    /// which it does not follow, else a new one.
    /// </summary>
    public static Incarnation FindOrAddDescribed(InstanceState state, InstanceEvent e) =>
        state.Incarnations.Find(i => i.DescribedBy == e.EventId)
        ?? (e.AtIsPublishTime
            ? state.Incarnations.FindLast(i => !i.IsDescribed)
            : state.Incarnations.Find(i => e.At <= i.FirstAt) is { IsDescribed: false } next ? next : null)
        ?? Add(state, e.InstanceId, e.At);

    /// <summary>The newest incarnation that lived at a time; null if none did.</summary>
    public static Incarnation? LivingAt(InstanceState state, DateTimeOffset at) =>
        state.Incarnations.FindLast(i => i.LivedAt(at));

    /// <summary>
    /// The incarnation of an interruption: that of its id. Without an id it is a node's, if any life of the name belongs to a cluster: the one
    /// that lived at its time, else the newest. A node's name contains the name of its cluster, so the cluster's name is the same whichever
    /// life arrives first.
    /// </summary>
    public static Incarnation? Of(InstanceState state, OpenInterruption open)
    {
        if (open.InstanceId is { } id)
        {
            return WithId(state, id);
        }

        var lives = state.Incarnations.FindAll(i => i.Cluster is not null);
        lives = lives.Count > 0 ? lives : state.Incarnations;
        return lives.FindLast(i => i.LivedAt(open.At)) ?? lives.FindLast(i => !i.Failed) ?? lives.LastOrDefault();
    }

    /// <summary>The clusters and pools of all incarnations, each once.</summary>
    public static IReadOnlyList<(string Cluster, CapacityPool Pool)> PoolsOf(InstanceState state, string zone)
    {
        var pools = new List<(string Cluster, CapacityPool Pool)>(1);
        foreach (var incarnation in state.Incarnations)
        {
            if (incarnation.Cluster is { } cluster
                && (cluster, new CapacityPool(incarnation.NodePool, zone, incarnation.MachineType, incarnation.ProvisioningModel)) is var pool
                && !pools.Contains(pool))
            {
                pools.Add(pool);
            }
        }

        return pools;
    }

    /// <summary>How many lives are kept, and how many of them have no id yet.</summary>
    public static (int All, int Nameless) Count(InstanceState state)
    {
        var nameless = 0;
        foreach (var incarnation in state.Incarnations)
        {
            nameless += incarnation.Id is null ? 1 : 0;
        }

        return (state.Incarnations.Count, nameless);
    }

    /// <summary>Restores the order after the time of one has changed.</summary>
    public static void Sort(InstanceState state)
    {
        for (var i = 1; i < state.Incarnations.Count; i++)
        {
            if (state.Incarnations[i].FirstAt < state.Incarnations[i - 1].FirstAt)
            {
                state.Incarnations = [.. state.Incarnations.OrderBy(l => l.FirstAt)];
                return;
            }
        }
    }

    /// <summary>Removes the oldest above the number that is kept, but never the newest, nor one that an interruption waits for.</summary>
    public static void Trim(InstanceState state, TrimmedIncarnations trimmed, DateTimeOffset now)
    {
        while (state.Incarnations.Count > Most && OldestNotAwaited(state) is var oldest and >= 0)
        {
            trimmed.Add(state.Incarnations[oldest], now);
            state.Incarnations.RemoveAt(oldest);
        }
    }

    private static int OldestNotAwaited(InstanceState state) =>
        state.Incarnations.FindIndex(0, state.Incarnations.Count - 1, i => !IsAwaited(state, i));

    private static bool IsAwaited(InstanceState state, Incarnation incarnation) =>
        incarnation.Id is not null && state.Open.Exists(o => o.InstanceId == incarnation.Id && o.Status != OpenStatus.not_gke);

    private static bool IsTrimmed(InstanceState state, ulong id) => new TrimmedIncarnations(state).ClusterOf(id) is not null;

    private static Incarnation Add(InstanceState state, ulong? id, DateTimeOffset at)
    {
        var incarnation = new Incarnation { Id = id, FirstAt = at };
        if (id is { } known && new TrimmedIncarnations(state).Take(known) is { } cluster)
        {
            incarnation.DescribedBy = Incarnation.ByTrimmedId;
            incarnation.Cluster = cluster.Length > 0 ? cluster : null;
        }

        var later = state.Incarnations.FindIndex(i => i.FirstAt > at);
        state.Incarnations.Insert(later < 0 ? state.Incarnations.Count : later, incarnation);
        return incarnation;
    }
}
