using OrleansSie.Grains.Storage;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// The interruptions a cluster must recognise if they come again. An id is kept while its instance has not recorded the count, and after
/// that through the epoch in which that was confirmed and the next: see <see cref="Fence"/>. The cluster's own record carries only the
/// newest; older ones are sealed in records of their own, so that a commit never carries a whole storm.
/// In memory an id is 16 bytes, and only once.
/// </summary>
internal sealed class CountedIds
{
    /// <summary>How many confirmed ids the cluster's own record holds before they are sealed.</summary>
    public const int SealAt = 256;

    private readonly Func<ClusterState> _cluster;
    private readonly Func<string, DurableState<CountedIdsState>> _sealedRecord;
    private readonly Fence _fence;
    private readonly HashSet<UInt128> _ids = [];

    public CountedIds(Func<ClusterState> cluster, Func<string, DurableState<CountedIdsState>> sealedRecord, Fence fence)
    {
        _cluster = cluster;
        _sealedRecord = sealedRecord;
        _fence = fence;
    }

    /// <summary>
    /// Reads every sealed record. Where the store has lost one, the epoch rises beyond its time with the next commit: the instances have
    /// recorded its ids, and who began before is sent back to read that.
    /// </summary>
    /// <returns>The records that are lost.</returns>
    /// <exception cref="StateUnavailableException">One cannot be read.</exception>
    public async Task<IReadOnlyList<SealedIds>> LoadAsync()
    {
        var lost = new List<SealedIds>();
        _ids.UnionWith(State.Unconfirmed.Keys.Select(IdDigest.Of));
        _ids.UnionWith(State.Confirmed.Select(c => IdDigest.Of(c.Id)));
        foreach (var entry in State.Sealed)
        {
            var record = _sealedRecord(entry.Name);
            await record.LoadAsync();
            _ids.UnionWith(record.Value.Ids.Select(IdDigest.Of));
            lost.AddRange(record.Exists ? [] : [entry]);
        }

        if (lost.Count > 0)
        {
            State.Sealed.RemoveAll(lost.Contains);
            State.Epoch += 2;
        }

        return lost;
    }

    /// <summary>Whether no id is left to be confirmed, forgotten or removed.</summary>
    public bool IsDone => State is { Unconfirmed.Count: 0, Confirmed.Count: 0, Sealed.Count: 0, Dropped.Count: 0 };

    private ClusterState State => _cluster();

    public bool Contains(string id) => _ids.Contains(IdDigest.Of(id));

    /// <summary>Remembers an interruption that is counted by the next commit.</summary>
    public void Add(string id, string instance, long now)
    {
        _ids.Add(IdDigest.Of(id));
        State.Unconfirmed[id] = new UnconfirmedId(instance, now);
    }

    /// <summary>Its instance has recorded the count. Unknown ids are ignored.</summary>
    public void Confirm(string id)
    {
        if (State.Unconfirmed.Remove(id))
        {
            State.Confirmed.Add(new ConfirmedId(id, State.Epoch));
        }
    }

    /// <summary>Whether <see cref="SealAsync"/> has work.</summary>
    public bool NeedsSealing => State.Confirmed.Count >= SealAt;

    /// <summary>Moves confirmed ids into a record of their own. The ids leave the cluster's record with its next commit.</summary>
    public async Task SealAsync()
    {
        var name = Guid.NewGuid().ToString("N");
        var ids = State.Confirmed.Take(SealAt).Select(c => c.Id).ToList();
        var record = _sealedRecord(name);
        record.Value.Ids = ids;
        await record.WriteAsync();

        State.Sealed.Add(new SealedIds(name, State.Epoch));
        State.Confirmed.RemoveRange(0, ids.Count);
    }

    /// <summary>Lets the epoch rise, if it is due and anything waits for it, and forgets the ids whose time is over, all with the next commit.</summary>
    /// <returns>Whether the cluster's record changed.</returns>
    public async Task<bool> ForgetAsync()
    {
        if (!_fence.IsDue || (State.Confirmed.Count == 0 && State.Sealed.Count == 0))
        {
            return false;
        }

        var next = State.Epoch + 1;
        var over = State.Sealed.FindAll(s => Fence.IsOver(s.Epoch, next));
        var ids = new List<UInt128>();
        foreach (var entry in over)
        {
            var record = _sealedRecord(entry.Name);
            await record.LoadAsync();
            ids.AddRange(record.Value.Ids.Select(IdDigest.Of));
        }

        // From here on in one step.
        _fence.Rise();
        State.Epoch = next;
        State.Confirmed.RemoveAll(c => Fence.IsOver(c.Epoch, next) && _ids.Remove(IdDigest.Of(c.Id)));
        State.Sealed.RemoveAll(over.Contains);
        State.Dropped.AddRange(over.Select(s => s.Name));
        _ids.ExceptWith(ids);
        return true;
    }

    /// <summary>
    /// Removes the records that a commit has dropped. Not before: the record of an activation that was left behind may still be in force
    /// in another one.
    /// </summary>
    public async Task ClearDroppedAsync()
    {
        foreach (var name in State.Dropped.ToArray())
        {
            var record = _sealedRecord(name);
            await record.LoadAsync();
            await (record.Exists ? record.ClearAsync() : Task.CompletedTask);
            State.Dropped.Remove(name);
        }
    }

    /// <summary>Interruptions counted before a time and not confirmed since.</summary>
    public IReadOnlyList<KeyValuePair<string, UnconfirmedId>> UnconfirmedSince(long before) =>
        State.Unconfirmed.Where(u => u.Value.At < before).ToList();
}
