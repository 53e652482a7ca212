using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// The interruptions a cluster must recognise if they come again. An id is kept while its instance has not recorded the count,
/// and for <see cref="Grace"/> after that, by a clock that does not jump: longer than a stale activation or a delayed call can
/// live. The cluster's own record carries only the newest; older ones are sealed in records of their own, so that a commit never
/// carries a whole storm.
/// In memory an id is 16 bytes, and only once.
/// </summary>
internal sealed class CountedIds
{
    /// <summary>How long a confirmed id is still recognised.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>How many confirmed ids the cluster's own record holds before they are sealed.</summary>
    public const int SealAt = 256;

    private readonly Func<ClusterState> _cluster;
    private readonly Func<string, DurableState<CountedIdsState>> _sealedRecord;
    private readonly HashSet<UInt128> _ids = [];

    public CountedIds(Func<ClusterState> cluster, Func<string, DurableState<CountedIdsState>> sealedRecord)
    {
        _cluster = cluster;
        _sealedRecord = sealedRecord;
    }

    /// <summary>Reads every sealed record that is still in force.</summary>
    /// <exception cref="StateUnavailableException">One cannot be read, or is gone before its time.</exception>
    public async Task LoadAsync(long now)
    {
        _ids.UnionWith(State.Unconfirmed.Keys.Select(IdDigest.Of));
        _ids.UnionWith(State.Confirmed.Select(c => IdDigest.Of(c.Id)));
        foreach (var entry in State.Sealed)
        {
            var record = _sealedRecord(entry.Name);
            await record.LoadAsync();
            if (!record.Exists && !IsOver(entry.At, now))
            {
                throw new StateUnavailableException($"Sealed record {record} is gone before its time: has the store lost data?");
            }

            _ids.UnionWith(record.Value.Ids.Select(IdDigest.Of));
        }
    }

    private ClusterState State => _cluster();

    public bool Contains(string id) => _ids.Contains(IdDigest.Of(id));

    /// <summary>Remembers an interruption that is counted by the next commit.</summary>
    public void Add(string id, string instance, long now)
    {
        _ids.Add(IdDigest.Of(id));
        State.Unconfirmed[id] = new UnconfirmedId(instance, now);
    }

    /// <summary>Its instance has recorded the count. Unknown ids are ignored.</summary>
    public void Confirm(string id, long now)
    {
        if (State.Unconfirmed.Remove(id))
        {
            State.Confirmed.Add(new ConfirmedId(id, now));
        }
    }

    /// <summary>Whether <see cref="SealAsync"/> has work.</summary>
    public bool NeedsSealing => State.Confirmed.Count >= SealAt;

    /// <summary>Moves confirmed ids into a record of their own. The ids leave the cluster's record with its next commit.</summary>
    public async Task SealAsync(long now)
    {
        var name = Guid.NewGuid().ToString("N");
        var ids = State.Confirmed.Take(SealAt).Select(c => c.Id).ToList();
        var record = _sealedRecord(name);
        record.Value.Ids = ids;
        await record.WriteAsync();

        State.Sealed.Add(new SealedIds(name, now));
        State.Confirmed.RemoveRange(0, ids.Count);
    }

    /// <summary>
    /// Forgets ids whose time is over. Returns whether the cluster's record changed. An activation forgets none before it has
    /// lived for <see cref="Grace"/> itself: what another one noted by another wall clock is recognised for that long at least.
    /// </summary>
    public async Task<bool> ForgetAsync(ActivationClock clock)
    {
        if (clock.Age < Grace)
        {
            return false;
        }

        var now = clock.Now;
        var changed = State.Confirmed.RemoveAll(c => IsOver(c.At, now) && _ids.Remove(IdDigest.Of(c.Id))) > 0;
        foreach (var entry in State.Sealed.FindAll(s => IsOver(s.At, now)))
        {
            // The record goes first: a crash in between leaves a reference to an empty record whose time is over anyway.
            var record = _sealedRecord(entry.Name);
            await record.LoadAsync();
            _ids.ExceptWith(record.Value.Ids.Select(IdDigest.Of));
            await record.ClearAsync();
            State.Sealed.Remove(entry);
            changed = true;
        }

        return changed;
    }

    private static bool IsOver(long at, long now) => at < now - (long)Grace.TotalSeconds;

    /// <summary>Interruptions counted before a time and not confirmed since.</summary>
    public IReadOnlyList<KeyValuePair<string, UnconfirmedId>> UnconfirmedSince(long before) =>
        State.Unconfirmed.Where(u => u.Value.At < before).ToList();
}
