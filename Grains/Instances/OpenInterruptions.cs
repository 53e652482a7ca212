using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Instances;

/// <summary>
/// The interruptions of one instance name that are not recorded as counted, and what is left to do for them: to attribute, to count,
/// to give up, to tell the unattributed list. Pure, as <see cref="InstanceHistory"/>.
/// </summary>
internal sealed class OpenInterruptions
{
    private const int MaxCounted = 1_000;
    private const int MaxOpen = 1_000;

    private readonly InstanceState _state;

    public OpenInterruptions(InstanceState state)
    {
        _state = state;
    }

    /// <summary>Gives up the interruptions that have waited for their cluster since this time or longer.</summary>
    /// <returns>Whether the state changed.</returns>
    public bool GiveUp(DateTimeOffset arrivedBefore)
    {
        var late = _state.Open.FindAll(o => o.Status == OpenStatus.waiting && o.ArrivedAt <= arrivedBefore);
        late.ForEach(o => o.Status = OpenStatus.unknown_instance);
        return late.Count > 0;
    }

    /// <summary>
    /// Takes an interruption that the unattributed list has and this record has not: the record was lost, or has dropped it. It is given up if it waits
    /// there, as nothing is known that could attribute it.
    /// </summary>
    /// <returns>Whether the state changed.</returns>
    public bool Adopt(string id, UnattributedStage known, DateTimeOffset arrivedAt)
    {
        if (StageOf(id) != UnattributedStage.unheard)
        {
            return false;
        }

        if (known == UnattributedStage.counted)
        {
            MarkCounted(id);
            return true;
        }

        var status = known == UnattributedStage.not_gke ? OpenStatus.not_gke : OpenStatus.unknown_instance;
        _state.Open.Add(new OpenInterruption { Id = id, ArrivedAt = arrivedAt, Status = status, Told = known, Lost = true });
        Trim();
        return true;
    }

    /// <summary>An interruption that is not counted; null if it is counted, or unknown.</summary>
    public OpenInterruption? Find(string id) => _state.Open.Find(o => o.Id == id);

    /// <summary>How far an interruption has come.</summary>
    public UnattributedStage StageOf(string id) =>
        _state.Counted.Contains(id) ? UnattributedStage.counted : Find(id)?.Stage ?? UnattributedStage.unheard;

    /// <summary>Ids of those of these events that are interruptions and wait for their cluster.</summary>
    public IReadOnlyCollection<string> WaitingOf(IReadOnlyList<InstanceEvent> events) => _state.Open.Count == 0
        ? []
        : _state.Open.FindAll(o => o.Status == OpenStatus.waiting && events.Any(e => e.EventId == o.Id)).ConvertAll(o => o.Id);

    /// <summary>The interruptions that have come further than the unattributed list knows for certain, and those of these ids in any case.</summary>
    public IReadOnlyList<OpenInterruption> ToTell(params IReadOnlyCollection<string> ids) => _state.Open.Count == 0
        ? []
        : _state.Open.FindAll(o => o.Status != OpenStatus.counting && (o.Told < o.Stage || ids.Contains(o.Id)));

    /// <summary>The interruptions whose cluster is fixed and which have to be counted now.</summary>
    public IReadOnlyList<OpenInterruption> ToCount() =>
        _state.Open.Count == 0 ? [] : _state.Open.FindAll(o => o.Status == OpenStatus.counting);

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
    public InterruptionStatus StatusOf(string id) =>
        _state.Counted.Contains(id) ? InterruptionStatus.counted
        : _state.Open.Exists(o => o.Id == id) ? InterruptionStatus.open
        : InterruptionStatus.unknown;

    /// <summary>The outcome of an interruption's message as long as the interruption is open.</summary>
    public Outcome OutcomeOf(string id) => _state.Open.Find(o => o.Id == id)?.Status switch
    {
        OpenStatus.not_gke => Outcome.not_gke,
        OpenStatus.counting => Outcome.counted,
        _ => Outcome.waiting,
    };

    /// <summary>Fixes the cluster and the labels of every waiting interruption whose incarnation is described.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Attribute()
    {
        var changed = false;
        foreach (var open in _state.Open)
        {
            if (open.Status == OpenStatus.counting)
            {
                continue;
            }

            if (!open.Lost && Incarnations.Of(_state, open) is { IsDescribed: true } incarnation)
            {
                changed |= open.Attribute(incarnation);
            }

            if (open.Status != OpenStatus.counting && open.Told == UnattributedStage.unheard)
            {
                open.Told = UnattributedStage.waiting;
                changed = true;
            }
        }

        return changed;
    }

    /// <summary>
    /// Removes the oldest above the number that is kept, once the unattributed list has their figure for certain. One that still waits is given up first.
    /// </summary>
    public void Trim()
    {
        if (_state.Open.Count <= MaxOpen)
        {
            return;
        }

        foreach (var oldest in _state.Open.Where(o => o.Status != OpenStatus.counting).SkipLast(MaxOpen).ToList())
        {
            if (oldest.Status == OpenStatus.waiting)
            {
                oldest.Status = OpenStatus.unknown_instance;
            }
            else if (oldest.Told == oldest.Stage)
            {
                _state.Open.Remove(oldest);
            }
        }
    }
}
