using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Attribution;

/// <summary>
/// The rules of one shard's figures, on its state in memory: who waits, how many are given up, and which settlements were counted
/// already. A settlement that comes again within ten minutes of its confirmation is recognised.
/// </summary>
internal sealed class ParkedFigures
{
    private const long GraceSeconds = 600;

    private readonly Func<ParkedState> _state;

    public ParkedFigures(Func<ParkedState> state)
    {
        _state = state;
    }

    private ParkedState State => _state();

    /// <summary>Takes an interruption that waits; false if it is known to.</summary>
    public bool Park(string id, string instance, DateTimeOffset at) => State.Parked.TryAdd(id, new ParkedEntry(instance, at));

    /// <summary>An interruption no longer waits, and nothing is counted for it.</summary>
    /// <returns>Whether it did.</returns>
    public bool Leave(string id) => State.Parked.Remove(id);

    /// <summary>Takes what became of an interruption.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Settle(ParkedSettlement settlement, long now)
    {
        var left = State.Parked.Remove(settlement.Id);
        if (settlement.From == settlement.To)
        {
            return left;
        }

        var entry = State.Settled.GetValueOrDefault(settlement.Id) ?? new SettledEntry { Instance = settlement.Instance };
        var step = $"{settlement.From}>{settlement.To}";
        if (entry.Steps.Contains(step))
        {
            return left;
        }

        entry.Steps.Add(step);
        (entry.At, entry.ConfirmedAt) = (now, 0);
        State.Settled[settlement.Id] = entry;
        Count(settlement);
        return true;
    }

    /// <summary>The instance has recorded what was settled of this interruption so far.</summary>
    public void Confirm(string id, long now)
    {
        if (State.Settled.TryGetValue(id, out var entry) && entry.ConfirmedAt == 0)
        {
            entry.ConfirmedAt = now;
        }
    }

    /// <summary>Forgets settlements that nobody can bring again, and days whose instances are no longer remembered.</summary>
    /// <param name="now">Unix seconds.</param>
    /// <param name="isGraceOver">Whether this activation has lived for longer than a late call can take.</param>
    /// <param name="oldest">The oldest day that is remembered.</param>
    /// <returns>Whether anything changed.</returns>
    public bool Forget(long now, bool isGraceOver, DateOnly oldest)
    {
        var over = isGraceOver
            ? State.Settled.Where(s => s.Value.ConfirmedAt > 0 && s.Value.ConfirmedAt < now - GraceSeconds).Select(s => s.Key).ToList()
            : [];
        over.ForEach(id => State.Settled.Remove(id));
        return State.Days.RemoveAll(d => d.Day < oldest || d is { UnknownInstance: 0, NotGke: 0 }) > 0 || over.Count > 0;
    }

    /// <summary>Ids of settlements that are not confirmed though they came before a time, with their instances.</summary>
    public IEnumerable<KeyValuePair<string, string>> UnconfirmedSince(long before) =>
        State.Settled.Where(s => s.Value.ConfirmedAt == 0 && s.Value.At < before).Select(s => KeyValuePair.Create(s.Key, s.Value.Instance));

    public ParkedSnapshot Snapshot() => new(
        State.Version,
        State.Parked.Count,
        State.Parked.Count == 0 ? null : State.Parked.Values.Min(p => p.At),
        new UnattributedCount(State.Days.Sum(d => d.UnknownInstance), State.UnknownInstance),
        new UnattributedCount(State.Days.Sum(d => d.NotGke), State.NotGke),
        State.Reattributed);

    private void Count(ParkedSettlement settlement)
    {
        var day = DateOnly.FromDateTime(settlement.ArrivedAt.UtcDateTime);
        var row = State.Days.Find(d => d.Day == day);
        if (settlement.From is { } from)
        {
            // A day that is no longer remembered has nothing left to take away.
            row?.Add(from, -1);
        }

        if (settlement.To is not { } to)
        {
            State.Reattributed++;
            return;
        }

        if (row is null)
        {
            row = new UnattributedDay { Day = day };
            State.Days.Add(row);
        }

        row.Add(to, 1);
        if (settlement.From is null)
        {
            State.UnknownInstance += to == UnattributedCause.unknown_instance ? 1 : 0;
            State.NotGke += to == UnattributedCause.not_gke ? 1 : 0;
        }
    }
}
