namespace Orleans.Streaming.PubSub;

/// <summary>
/// How many messages the next Pull may ask for. Limits are the messages and bytes pulled and not settled, the messages that wait above
/// their stream's share, and the circuit. Waiting messages take no capacity from other streams, until as many wait as the capacity. With
/// nothing in flight one message is always allowed, whatever its size.
/// </summary>
internal sealed class PullBudget
{
    private readonly Lock _lock = new();
    private readonly PubSubSubscriptionStatus _status;
    private readonly LeaseManager _leases;
    private readonly DeliveryCircuit _circuit;
    private readonly int _maxPull;
    private readonly int _capacity;
    private readonly long _maxBytes;
    private int _asked;
    private long _askedBytes;
    private int _pullSize;
    private double _meanBytes = 1024;

    public PullBudget(PubSubStreamOptions options, PubSubSubscriptionStatus status, LeaseManager leases, DeliveryCircuit circuit)
    {
        _status = status;
        _leases = leases;
        _circuit = circuit;
        _maxPull = _pullSize = options.MaxPullMessages;
        _capacity = options.QueueCapacity;
        _maxBytes = options.MaxBytes;
    }

    /// <summary>Room for one Pull, to be freed when the Pull has ended. Zero messages mean no room.</summary>
    public PullRoom Reserve()
    {
        var most = _circuit.State switch
        {
            CircuitState.Closed => _capacity,
            CircuitState.Trial => 1,
            _ => 0,
        };
        lock (_lock)
        {
            // Any requested message may be one that has to wait.
            var waiting = _leases.Waiting;
            var held = _status.InFlightMessages + _asked;
            var bytes = _maxBytes - _status.InFlightBytes - _askedBytes;
            var byBytes = held == 0 ? Math.Max(1, bytes / _meanBytes) : bytes <= 0 ? 0 : Math.Max(1, bytes / _meanBytes);
            var messages = Math.Min(_pullSize, Math.Min(most - (held - waiting), _capacity - waiting - _asked));
            messages = (int)Math.Min(messages, Math.Min(byBytes, int.MaxValue));
            if (messages <= 0)
            {
                return default;
            }

            var room = new PullRoom(messages, (long)(messages * _meanBytes));
            _asked += room.Messages;
            _askedBytes += room.Bytes;
            return room;
        }
    }

    public void Free(PullRoom room)
    {
        lock (_lock)
        {
            _asked -= room.Messages;
            _askedBytes -= room.Bytes;
        }
    }

    /// <summary>
    /// Learns how large messages are: fast when they grow, slowly when they shrink. Too large a guess only costs a few more Pulls.
    /// </summary>
    public void Observe(IReadOnlyList<PulledMessage> pulled)
    {
        if (pulled.Count == 0)
        {
            return;
        }

        var bytes = 0L;
        foreach (var message in pulled)
        {
            bytes += message.Bytes;
        }

        var mean = Math.Max(1, (double)bytes / pulled.Count);
        lock (_lock)
        {
            _meanBytes += (mean - _meanBytes) * (mean > _meanBytes ? 0.5 : 0.1);
            _pullSize = Math.Min(_maxPull, _pullSize * 2);
        }
    }

    /// <summary>An answer was too large: the next Pulls ask for half, until one succeeds.</summary>
    public void AskForLess()
    {
        lock (_lock)
        {
            _pullSize = Math.Max(1, _pullSize / 2);
        }
    }
}

/// <summary>What one Pull may bring.</summary>
internal readonly record struct PullRoom(int Messages, long Bytes);
