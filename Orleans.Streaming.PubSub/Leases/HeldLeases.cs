namespace Orleans.Streaming.PubSub;

/// <summary>The leases in delivery. Each leaves once, whoever asks first; safe from any thread, without work under its lock.</summary>
internal sealed class HeldLeases
{
    private readonly Lock _lock = new();
    private readonly List<PubSubLease> _held = [];
    private bool _closed;

    public void Add(PubSubLease lease)
    {
        lock (_lock)
        {
            lease.Index = _held.Count;
            _held.Add(lease);
        }
    }

    /// <summary>Whether the lease was still held, and has left now.</summary>
    public bool TryLeave(PubSubLease lease, LeaseState state)
    {
        lock (_lock)
        {
            if (lease.State != LeaseState.Held || _closed)
            {
                return false;
            }

            Remove(lease, state);
            return true;
        }
    }

    public PubSubLease[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _held];
        }
    }

    /// <summary>From now on none leaves.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    /// <summary>Adds the leases that are due for renewal, and removes those that are too old for it; answers how many were found ended.</summary>
    public int Collect(long now, long oldest, List<PubSubLease> due, List<PubSubLease> tooOld)
    {
        var lost = 0;
        lock (_lock)
        {
            for (var i = _held.Count - 1; i >= 0; i--)
            {
                var lease = _held[i];
                if (lease.PulledAt <= oldest)
                {
                    Remove(lease, LeaseState.TooOld);
                    tooOld.Add(lease);
                }
                else if (lease.RenewAt <= now)
                {
                    lost += lease.EndsAt <= now && !lease.WasLost ? 1 : 0;
                    lease.WasLost |= lease.EndsAt <= now;
                    due.Add(lease);
                }
            }
        }

        return lost;
    }

    public void Renew(IReadOnlyList<PubSubLease> leases, long renewAt, long endsAt)
    {
        lock (_lock)
        {
            foreach (var lease in leases)
            {
                lease.RenewAt = renewAt;
                lease.EndsAt = endsAt;
            }
        }
    }

    private void Remove(PubSubLease lease, LeaseState state)
    {
        var last = _held[^1];
        _held[lease.Index] = last;
        last.Index = lease.Index;
        _held.RemoveAt(_held.Count - 1);
        lease.State = state;
    }
}
