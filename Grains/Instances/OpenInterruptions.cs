using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Instances;

/// <summary>
/// The interruptions of one instance name that are not recorded as counted, and what is left to do for them: to attribute, to count,
/// to give up, to tell the register. Pure, as <see cref="InstanceHistory"/>.
/// </summary>
internal sealed class OpenInterruptions
{
    private const int MaxCounted = 1_000;
    private const int MaxNotGke = 1_000;

    private readonly InstanceState _state;
    private readonly List<OpenInterruption> _newlyWaiting = [];

    public OpenInterruptions(InstanceState state)
    {
        _state = state;
    }

    /// <summary>Gives up the interruptions that have waited for their cluster since this time or longer.</summary>
    /// <returns>Whether the state changed.</returns>
    public bool GiveUp(DateTimeOffset arrivedBefore)
    {
        var late = _state.Open.FindAll(o => o is { Status: OpenStatus.parked, TimedOut: false } && o.ArrivedAt <= arrivedBefore);
        late.ForEach(o => o.TimedOut = true);
        return late.Count > 0;
    }

    /// <summary>An interruption that is not counted; null if it is, or was never heard of.</summary>
    public OpenInterruption? Find(string id) => _state.Open.Find(o => o.Id == id);

    /// <summary>
    /// The interruptions that the register has to have because they wait: those that now began to, and the one of this id, which may
    /// have come again because the register was not told of it.
    /// </summary>
    public IEnumerable<OpenInterruption> ToPark(string? id) =>
        _newlyWaiting.Concat(_state.Open.Where(o => o.Id == id)).Distinct().Where(o => o is { Status: OpenStatus.parked, TimedOut: false });

    /// <summary>The interruptions that the register does not have under the cause for which they are given up.</summary>
    public IReadOnlyList<OpenInterruption> ToTell() => _state.Open.FindAll(o => o.Cause is { } cause && o.Told != cause);

    /// <summary>The interruptions whose cluster is fixed and which have to be counted now.</summary>
    public IReadOnlyList<OpenInterruption> ToCount() => _state.Open.FindAll(o => o.Status == OpenStatus.counting);

    /// <summary>Records that its cluster has counted an interruption.</summary>
    public void MarkCounted(string id)
    {
        _state.Open.RemoveAll(o => o.Id == id);
        _state.Counted.Add(id);
        if (_state.Counted.Count > MaxCounted)
        {
            _state.Counted.RemoveRange(0, _state.Counted.Count - MaxCounted);
        }
    }

    /// <summary>What is remembered of an interruption.</summary>
    public InterruptionStanding StandingOf(string id) =>
        _state.Counted.Contains(id) ? InterruptionStanding.counted
        : _state.Open.Exists(o => o.Id == id) ? InterruptionStanding.open
        : InterruptionStanding.unknown;

    /// <summary>The outcome of an interruption's message as long as the interruption is open.</summary>
    public Outcome OutcomeOf(string id) => _state.Open.Find(o => o.Id == id)?.Status switch
    {
        OpenStatus.not_gke => Outcome.not_gke,
        OpenStatus.counting => Outcome.counted,
        _ => Outcome.parked,
    };

    /// <summary>Fixes the cluster and the labels of every waiting interruption whose incarnation is described.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Attribute()
    {
        var changed = false;
        foreach (var open in _state.Open)
        {
            if (open.Status == OpenStatus.counting || Incarnations.For(_state, open) is not { } incarnation || !incarnation.Decides(open))
            {
                continue;
            }

            changed |= open.Attribute(incarnation);
        }

        _newlyWaiting.AddRange(_state.Open.Where(o => o is { Status: OpenStatus.parked, Waited: false }));
        _newlyWaiting.ForEach(o => o.Waited = true);
        return changed || _newlyWaiting.Count > 0;
    }

    /// <summary>Forgets the oldest of those that are of no cluster, above the number that is kept.</summary>
    public void Trim()
    {
        for (var excess = _state.Open.Count(o => o.Status == OpenStatus.not_gke) - MaxNotGke; excess > 0; excess--)
        {
            _state.Open.RemoveAt(_state.Open.FindIndex(o => o.Status == OpenStatus.not_gke));
        }
    }
}
