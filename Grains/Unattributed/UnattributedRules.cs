using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Unattributed;

/// <summary>
/// The rules of one shard's figures, on its state in memory: how far each interruption has come, and how many are given up. They are those
/// of docs/model/register.m: an interruption only goes further, and it moves from where the shard has it, whatever its instance believes.
/// Each move is remembered while it is not confirmed, and then through that epoch and the next: see <see cref="Fence"/>.
/// </summary>
internal sealed class UnattributedRules
{
    private readonly Func<UnattributedState> _state;
    private readonly Fence _fence;

    public UnattributedRules(Func<UnattributedState> state, Fence fence)
    {
        _state = state;
        _fence = fence;
    }

    private UnattributedState State => _state();

    /// <summary>Whether news says no more than the shard knows.</summary>
    public bool Knows(UnattributedReport news) => State.Interruptions.GetValueOrDefault(news.Id)?.Stage >= news.Stage;

    /// <summary>Whether news of a caller of this epoch may have an effect.</summary>
    public bool Admits(long epoch) => Fence.Admits(State.Epoch, epoch);

    /// <summary>Takes how far an interruption has come, if that is further than the shard knows.</summary>
    /// <param name="news">How far it has come.</param>
    /// <param name="now">Unix seconds.</param>
    public void Take(UnattributedReport news, long now)
    {
        if (Knows(news))
        {
            return;
        }

        if (!State.Interruptions.TryGetValue(news.Id, out var entry))
        {
            // What the instance takes the shard to know counts only here, where the shard knows nothing.
            entry = new UnattributedEntry { Instance = news.Instance, ArrivedAt = news.ArrivedAt, Stage = news.Known };
            State.Interruptions.Add(news.Id, entry);
        }

        Count(entry, news.Stage);
        (entry.Stage, entry.ReachedAt, entry.ConfirmedIn) = (news.Stage, now, null);
    }

    /// <summary>The instance has recorded this stage of an interruption. Changes nothing if the shard has another stage.</summary>
    public void Confirm(string id, UnattributedStage stage)
    {
        if (stage != UnattributedStage.waiting && State.Interruptions.TryGetValue(id, out var entry) && entry.Stage == stage)
        {
            entry.ConfirmedIn ??= State.Epoch;
        }
    }

    /// <summary>Forgets interruptions that no caller can bring old news of, and days whose instances are no longer remembered.</summary>
    /// <param name="oldest">The oldest day that is remembered.</param>
    /// <returns>Whether anything changed.</returns>
    public bool Forget(DateOnly oldest)
    {
        var changed = State.Days.RemoveAll(d => d.Day < oldest || d is { UnknownInstance: 0, NotGke: 0 }) > 0;
        if (!_fence.IsDue || State.Interruptions.Values.All(i => i.ConfirmedIn is null))
        {
            return changed;
        }

        _fence.Rise();
        State.Epoch++;
        foreach (var (id, entry) in State.Interruptions)
        {
            if (entry.ConfirmedIn is { } epoch && Fence.IsOver(epoch, State.Epoch))
            {
                State.Interruptions.Remove(id);
            }
        }

        return true;
    }

    public UnattributedSnapshot Snapshot()
    {
        var waiting = State.Interruptions.Values.Where(i => i.Stage == UnattributedStage.waiting).ToList();
        return new UnattributedSnapshot(
            State.Version,
            waiting.Count,
            waiting.Count == 0 ? null : waiting.Min(i => i.ArrivedAt),
            new UnattributedCount(State.Days.Sum(d => d.UnknownInstance), State.UnknownInstance),
            new UnattributedCount(State.Days.Sum(d => d.NotGke), State.NotGke),
            State.Reattributed,
            State.Epoch);
    }

    private void Count(UnattributedEntry entry, UnattributedStage to)
    {
        if (entry.Stage == to)
        {
            return;
        }

        var wasGivenUp = entry.Stage > UnattributedStage.waiting;
        var day = DateOnly.FromDateTime(entry.ArrivedAt.UtcDateTime);
        var row = State.Days.Find(d => d.Day == day);

        // A day that is no longer remembered has nothing left to take away.
        row?.Add(entry.Stage, -1);
        State.Reattributed += wasGivenUp && to == UnattributedStage.counted ? 1 : 0;
        if (to is not (UnattributedStage.unknown_instance or UnattributedStage.not_gke))
        {
            return;
        }

        if (row is null)
        {
            row = new UnattributedDay { Day = day };
            State.Days.Add(row);
        }

        row.Add(to, 1);
        State.UnknownInstance += !wasGivenUp && to == UnattributedStage.unknown_instance ? 1 : 0;
        State.NotGke += !wasGivenUp && to == UnattributedStage.not_gke ? 1 : 0;
    }
}
