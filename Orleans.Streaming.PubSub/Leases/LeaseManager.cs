using Microsoft.Extensions.Logging;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Holds the leases of one subscription on this silo: renews them until they are settled or too old, and acks or nacks each message by
/// itself. Settling never blocks and may be called from any thread. A lease is settled once; later calls have no effect.
/// </summary>
internal sealed class LeaseManager : IDisposable
{
    private readonly HeldLeases _held;
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

    public LeaseManager(
        PubSubApi api,
        PubSubStreamOptions options,
        PubSubSubscriptionStatus status,
        DeliveryCircuit circuit,
        SettlementReporter reporter,
        TimeProvider time,
        ILogger logger)
    {
        _held = new HeldLeases(options.QueueCapacity);
        _status = status;
        status.WatchHeld(_held.Extremes);
        _circuit = circuit;
        _reporter = reporter;
        _time = time;
        _logger = logger;
        _lease = time.ToTimestamp(options.LeaseDuration);
        _firstRenewal = time.ToTimestamp(LeaseRenewal.FirstRenewal);
        _renewal = new LeaseRenewal(Subscription, api, options, time, logger, this);
        _acks = new SettlementQueue(
            "Acknowledge",
            (ids, cancellation) => api.AcknowledgeAsync(Subscription, ids, cancellation),
            reporter.Acked,
            reporter.AckFailed,
            time,
            logger);
        _nacks = new SettlementQueue("ModifyAckDeadline 0", _renewal.NackAsync, reporter.Nacked, reporter.NackFailed, time, logger);
        _running = Task.WhenAll(ObserveAsync(_renewal.RunAsync()), ObserveAsync(_acks.RunAsync()), ObserveAsync(_nacks.RunAsync()));
    }

    /// <summary>The subscription's full name.</summary>
    public string Subscription => _status.Subscription;

    /// <summary>Messages above the shares of their streams. They wait, and take no room from other streams.</summary>
    public int Waiting => _held.Waiting;

    /// <summary>Unsettled messages that consumers have.</summary>
    public int HandedOut => _held.HandedOut;

    /// <summary>Whether the silo or the agents stop, so that undelivered messages are given back and not counted as failures.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Takes over messages that were pulled and decoded. From now on they are renewed until they are settled.</summary>
    public void Take(ReadOnlySpan<PubSubMessage> messages)
    {
        var now = _time.GetTimestamp();
        var bytes = 0L;
        foreach (var message in messages)
        {
            message.PulledAt = now;
            message.RenewAt = now + _firstRenewal;
            message.EndsAt = now + _lease;
            bytes += message.Bytes;
        }

        _status.OnTaken(messages.Length, bytes);
        _held.Add(messages);
    }

    /// <summary>How many messages of a stream may be handed out now: the rest of its quarter of the capacity.</summary>
    public int RoomOf(StreamId stream) => _held.RoomOf(stream);

    /// <summary>Hands the unsettled ones of these messages to a stream's consumer; null if there are none.</summary>
    public PubSubBatch? HandOut(StreamId stream, PubSubMessage[] messages) => _held.HandOut(stream, messages);

    /// <summary>The message has had its effect, or needs none: it is acked.</summary>
    /// <returns>Whether this settled it.</returns>
    public bool Acknowledge(PubSubMessage message, object? result = null)
    {
        if (!_held.TryLeave(message, LeaseState.Done, result))
        {
            return false;
        }

        if (message.IsDelivered)
        {
            _circuit.Succeeded();
        }

        _acks.Enqueue(message);
        return true;
    }

    /// <summary>The delivery failed: the message is nacked. A message for no stream does not count against the circuit.</summary>
    /// <returns>Whether this settled it.</returns>
    /// <param name="message">The message.</param>
    /// <param name="isFirst">Whether it is the first of the messages that failed together. Only the first counts for the circuit.</param>
    public bool Reject(PubSubMessage message, bool isFirst = true)
    {
        if (!_held.TryLeave(message, LeaseState.Failed))
        {
            return false;
        }

        if (message.IsDelivered && isFirst)
        {
            _circuit.Failed(message.MessageId);
        }

        _nacks.Enqueue(message);
        return true;
    }

    /// <summary>The message was not delivered to the end: it is nacked, so that another silo gets it at once.</summary>
    public void Return(PubSubMessage message)
    {
        if (_held.TryLeave(message, LeaseState.Returned))
        {
            _nacks.Enqueue(message);
        }
    }

    /// <summary>Rejects all unsettled messages of a stream, also those its consumers have.</summary>
    public void RejectAllOf(StreamId stream)
    {
        foreach (var message in _held.Snapshot().Where(message => message.IsDelivered && message.Stream == stream))
        {
            Reject(message);
        }
    }

    /// <summary>Gives back the messages that no consumer was offered.</summary>
    public void ReturnWaiting() => ReturnAll(static message => message.Batch is null);

    /// <summary>Gives back the messages that no consumer has taken over.</summary>
    public void ReturnUntaken() => ReturnAll(static message => message.Batch is not { IsTaken: true });

    /// <summary>Completes when nothing is unsettled.</summary>
    public Task EmptiedAsync() => _held.EmptiedAsync();

    /// <summary>From now on undelivered messages are given back without being counted as failures.</summary>
    public void BeginStop() => IsStopping = true;

    /// <summary>Gives back every unsettled message, even while it is being delivered.</summary>
    public void ReturnAll() => ReturnAll(static _ => true);

    /// <summary>Gives back what is left and sends all acks and nacks within the timeout. What is not sent expires.</summary>
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
    internal void Collect(long now, long oldest, List<PubSubMessage> due, List<PubSubMessage> tooOld)
    {
        for (var lost = _held.Collect(now, oldest, due, tooOld); lost > 0; lost--)
        {
            _status.OnLeaseLost();
        }
    }

    /// <summary>Records a renewal of leases.</summary>
    internal void Renewed(IReadOnlyList<PubSubMessage> leases, long renewAt, long endsAt)
    {
        _held.Renew(leases, renewAt, endsAt);
        _status.OnExtended(leases.Count);
    }

    /// <summary>Reports leases that were given up for their age.</summary>
    internal void Expired(IReadOnlyList<PubSubMessage> leases) => _reporter.TooOld(leases);

    /// <summary>Logs a loop's failure, which would leave messages unsettled without a word.</summary>
    private async Task ObserveAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (Exception e)
        {
            _logger.LeaseLoopFault(Subscription, e);
        }
    }

    private void ReturnAll(Func<PubSubMessage, bool> which)
    {
        foreach (var message in _held.Snapshot().Where(which))
        {
            Return(message);
        }
    }
}
