using Microsoft.Extensions.Logging;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Holds the leases of one subscription on this silo: renews them until they are settled or too old, and acknowledges or nacks each
/// message by itself. Settling never blocks and may be called from any thread; a lease is settled once, later verdicts are ignored.
/// </summary>
internal sealed class LeaseManager : IDisposable
{
    private readonly HeldLeases _held = new();
    private readonly string _subscription;
    private readonly PubSubSubscriptionStatus _status;
    private readonly DeliveryCircuit _circuit;
    private readonly SettlementReporter _reporter;
    private readonly LeaseRenewal _renewal;
    private readonly SettlementQueue _acks;
    private readonly SettlementQueue _nacks;
    private readonly TimeProvider _time;
    private readonly long _lease;
    private readonly long _firstRenewal;
    private readonly ILogger _logger;
    private readonly Task _running;
    private int _givenUp;

    public LeaseManager(
        PubSubApi api,
        PubSubStreamOptions options,
        PubSubSubscriptionStatus status,
        DeliveryCircuit circuit,
        SettlementReporter reporter,
        TimeProvider time,
        ILogger logger)
    {
        _subscription = status.Subscription;
        _status = status;
        _circuit = circuit;
        _reporter = reporter;
        _time = time;
        _logger = logger;
        _lease = time.ToTimestamp(options.LeaseDuration);
        _firstRenewal = time.ToTimestamp(LeaseRenewal.FirstRenewal);
        _renewal = new LeaseRenewal(_subscription, api, options, time, logger, this);
        _acks = new SettlementQueue(
            "Acknowledge", (ids, cancellation) => api.AcknowledgeAsync(_subscription, ids, cancellation), OnAcked, OnAckGivenUp, time, logger);
        _nacks = new SettlementQueue("ModifyAckDeadline 0", _renewal.NackAsync, OnNacked, OnNackGivenUp, time, logger);
        _running = Task.WhenAll(ObserveAsync(_renewal.RunAsync()), ObserveAsync(_acks.RunAsync()), ObserveAsync(_nacks.RunAsync()));
    }

    /// <summary>The subscription's full name.</summary>
    public string Subscription => _subscription;

    /// <summary>Rises when leases are given up for their age, so that caches know when to look for them.</summary>
    public int GivenUp => Volatile.Read(ref _givenUp);

    /// <summary>Whether the silo or the agents stop, so that what is undelivered is given back without blame.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Takes responsibility for a pulled message: from now on it is renewed until it is settled.</summary>
    public PubSubLease Take(in PulledMessage message)
    {
        var now = _time.GetTimestamp();
        var lease = new PubSubLease(this, message, now) { RenewAt = now + _firstRenewal, EndsAt = now + _lease };
        _status.OnTaken(lease.Bytes);
        _held.Add(lease);
        return lease;
    }

    /// <summary>The message has had its effect, or needs none: it is acknowledged.</summary>
    public void Acknowledge(PubSubLease lease)
    {
        if (_held.TryLeave(lease, LeaseState.Done))
        {
            if (lease.IsDelivered)
            {
                _circuit.Succeeded();
            }

            _acks.Enqueue(lease);
        }
    }

    /// <summary>The delivery failed: the message is nacked. A failure without a stream says nothing about the consumers.</summary>
    public void Reject(PubSubLease lease, StreamId? stream)
    {
        if (_held.TryLeave(lease, LeaseState.Failed))
        {
            if (stream is { } failing)
            {
                _circuit.Failed(failing);
            }

            _nacks.Enqueue(lease);
        }
    }

    /// <summary>The message was not delivered to the end: it is nacked, so that another silo gets it at once.</summary>
    public void Return(PubSubLease lease)
    {
        if (_held.TryLeave(lease, LeaseState.Returned))
        {
            _nacks.Enqueue(lease);
        }
    }

    /// <summary>From now on undelivered messages are given back without being counted as failures.</summary>
    public void BeginStop() => IsStopping = true;

    /// <summary>Gives back every message that is not settled yet; its delivery may still be under way.</summary>
    public void ReturnAll()
    {
        foreach (var lease in _held.Snapshot())
        {
            Return(lease);
        }
    }

    /// <summary>Gives back what is left and sends all acks and nacks, within the timeout; what is not sent then expires.</summary>
    public async Task FinishAsync(TimeSpan timeout)
    {
        BeginStop();
        ReturnAll();
        _held.Close();
        _acks.Complete();
        _nacks.Complete();
        _renewal.Stop();
        try
        {
            await _running.WaitAsync(timeout, _time);
        }
        catch (TimeoutException)
        {
            _acks.Abort();
            _nacks.Abort();
            await _running;
        }
    }

    public void Dispose()
    {
        _renewal.Dispose();
        _acks.Dispose();
        _nacks.Dispose();
    }

    /// <summary>Adds the leases that are due for renewal, and removes those that are too old to be renewed.</summary>
    internal void Collect(long now, long oldest, List<PubSubLease> due, List<PubSubLease> tooOld)
    {
        for (var lost = _held.Collect(now, oldest, due, tooOld); lost > 0; lost--)
        {
            _status.OnLeaseLost();
        }
    }

    /// <summary>Notes that leases were renewed at a time until another.</summary>
    internal void Renewed(IReadOnlyList<PubSubLease> leases, long renewAt, long endsAt)
    {
        _held.Renew(leases, renewAt, endsAt);
        _status.OnExtended(leases.Count);
    }

    /// <summary>Reports leases that were given up for their age.</summary>
    internal void Expired(IReadOnlyList<PubSubLease> leases)
    {
        Interlocked.Increment(ref _givenUp);
        _status.OnExpired(leases.Count);
        foreach (var lease in leases)
        {
            Release(lease);
            _reporter.Abandoned(lease, PubSubAbandonment.TooOld);
        }
    }

    /// <summary>A loop that ends by a fault would leave messages unsettled in silence.</summary>
    private async Task ObserveAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (Exception e)
        {
            _logger.LeaseLoopFault(_subscription, e);
        }
    }

    private void Release(PubSubLease lease) => _status.OnReleased(lease.Bytes);

    private void OnAcked(IReadOnlyList<PubSubLease> leases)
    {
        _status.OnAcked(leases.Count);
        foreach (var lease in leases)
        {
            Release(lease);
            _reporter.Settled(lease);
        }
    }

    private void OnAckGivenUp(IReadOnlyList<PubSubLease> leases)
    {
        _status.OnExpired(leases.Count);
        foreach (var lease in leases)
        {
            Release(lease);
            _reporter.Abandoned(lease, PubSubAbandonment.AckFailed);
        }
    }

    private void OnNacked(IReadOnlyList<PubSubLease> leases)
    {
        _status.OnNacked(leases.Count);
        ReleaseUndelivered(leases);
    }

    private void OnNackGivenUp(IReadOnlyList<PubSubLease> leases)
    {
        _status.OnExpired(leases.Count);
        ReleaseUndelivered(leases);
    }

    private void ReleaseUndelivered(IReadOnlyList<PubSubLease> leases)
    {
        foreach (var lease in leases)
        {
            Release(lease);
            if (lease.State == LeaseState.Failed)
            {
                _reporter.DeliveryFailed(lease);
            }
            else
            {
                _reporter.Abandoned(lease, PubSubAbandonment.Returned);
            }
        }
    }
}
