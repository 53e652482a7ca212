using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Attribution;

/// <summary>
/// The rules of one shard's figures, on its state in memory: who waits, how many are given up, and which settlements were counted
/// already. A settlement is recognised while it is not confirmed, and then through that epoch and the next: see <see cref="Fence"/>.
/// </summary>
internal sealed class ParkedFigures
{
    private readonly Func<ParkedState> _state;
    private readonly Fence _fence;

    public ParkedFigures(Func<ParkedState> state, Fence fence)
    {
        _state = state;
        _fence = fence;
    }

    private ParkedState State => _state();

    /// <summary>Takes an interruption that waits; false if it is known to.</summary>
    public bool Park(string id, string instance, DateTimeOffset at) => State.Parked.TryAdd(id, new ParkedEntry(instance, at));

    /// <summary>An interruption no longer waits, and nothing is counted for it.</summary>
    /// <returns>Whether it did.</returns>
    public bool Leave(string id) => State.Parked.Remove(id);

    /// <summary>Whether a settlement that a caller of this epoch brings may have an effect.</summary>
    public bool Admits(ParkedSettlement settlement, long epoch) =>
        settlement.From == settlement.To || IsSettled(settlement) || Fence.Admits(State.Epoch, epoch);

    /// <summary>Takes what became of an interruption.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Settle(ParkedSettlement settlement, long now)
    {
        var left = State.Parked.Remove(settlement.Id);
        if (settlement.From == settlement.To || IsSettled(settlement))
        {
            return left;
        }

        var entry = State.Settled.GetValueOrDefault(settlement.Id) ?? new SettledEntry { Instance = settlement.Instance };
        entry.Steps.Add(StepOf(settlement));
        (entry.At, entry.ConfirmedIn) = (now, null);
        State.Settled[settlement.Id] = entry;
        Count(settlement);
        return true;
    }

    /// <summary>The instance has recorded this settlement, which is the last that came of its interruption.</summary>
    public void Confirm(ParkedSettlement settlement) => Confirm(settlement.Id, StepOf(settlement));

    /// <summary>The instance has recorded the settlements of an interruption up to this step.</summary>
    public void Confirm(string id, string step)
    {
        if (State.Settled.TryGetValue(id, out var entry) && entry.Steps[^1] == step)
        {
            entry.ConfirmedIn ??= State.Epoch;
        }
    }

    /// <summary>The last settlement that came of an interruption; null if none did.</summary>
    public string? LastStepOf(string id) => State.Settled.GetValueOrDefault(id)?.Steps[^1];

    /// <summary>Forgets settlements that nobody can bring again, and days whose instances are no longer remembered.</summary>
    /// <param name="oldest">The oldest day that is remembered.</param>
    /// <returns>Whether anything changed.</returns>
    public bool Forget(DateOnly oldest)
    {
        var changed = State.Days.RemoveAll(d => d.Day < oldest || d is { UnknownInstance: 0, NotGke: 0 }) > 0;
        if (!_fence.IsDue || State.Settled.Values.All(s => s.ConfirmedIn is null))
        {
            return changed;
        }

        _fence.Rise();
        State.Epoch++;
        foreach (var id in State.Settled.Where(s => s.Value.ConfirmedIn is { } epoch && Fence.IsOver(epoch, State.Epoch)).Select(s => s.Key).ToList())
        {
            State.Settled.Remove(id);
        }

        return true;
    }

    /// <summary>Ids of settlements that are not confirmed though they came before a time, with their instances.</summary>
    public IEnumerable<KeyValuePair<string, string>> UnconfirmedSince(long before) =>
        State.Settled.Where(s => s.Value.ConfirmedIn is null && s.Value.At < before).Select(s => KeyValuePair.Create(s.Key, s.Value.Instance));

    public ParkedSnapshot Snapshot() => new(
        State.Version,
        State.Parked.Count,
        State.Parked.Count == 0 ? null : State.Parked.Values.Min(p => p.At),
        new UnattributedCount(State.Days.Sum(d => d.UnknownInstance), State.UnknownInstance),
        new UnattributedCount(State.Days.Sum(d => d.NotGke), State.NotGke),
        State.Reattributed,
        State.Epoch);

    private bool IsSettled(ParkedSettlement settlement) =>
        State.Settled.TryGetValue(settlement.Id, out var entry) && entry.Steps.Contains(StepOf(settlement));

    private static string StepOf(ParkedSettlement settlement) => $"{settlement.From}>{settlement.To}";

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
