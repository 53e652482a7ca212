namespace Orleans.Streaming.PubSub;

/// <summary>
/// How many messages the next Pull may ask for: bounded by the messages and bytes pulled and not settled, by what waits in the buffer,
/// and by the circuit. With nothing in flight it always lets one message through, whatever its size.
/// </summary>
internal sealed class PullBudget
{
    private readonly Lock _lock = new();
    private readonly PubSubSubscriptionStatus _status;
    private readonly DeliveryCircuit _circuit;
    private readonly int _maxPull;
    private readonly int _maxInFlight;
    private readonly int _maxTrial;
    private readonly int _maxBuffered;
    private readonly long _maxBytes;
    private int _asked;
    private long _askedBytes;
    private int _buffered;
    private int _pullSize;
    private double _meanBytes = 1024;

    public PullBudget(PubSubStreamOptions options, PubSubSubscriptionStatus status, DeliveryCircuit circuit)
    {
        _status = status;
        _circuit = circuit;
        _maxPull = _pullSize = options.MaxPullMessages;
        _maxTrial = options.QueuesPerSubscription;
        _maxInFlight = options.QueuesPerSubscription * options.QueueCapacity;
        _maxBuffered = options.MaxPullMessages * options.ConcurrentPulls;
        _maxBytes = options.MaxBytes;
    }

    /// <summary>Room for one Pull, to be freed when it has ended; none if it has no messages.</summary>
    public PullRoom Reserve()
    {
        var most = _circuit.State switch
        {
            CircuitState.Closed => _maxInFlight,
            CircuitState.Trial => _maxTrial,
            _ => 0,
        };
        lock (_lock)
        {
            var held = _status.InFlightMessages + _asked;
            var bytes = _maxBytes - _status.InFlightBytes - _askedBytes;
            var byBytes = held == 0 ? Math.Max(1, bytes / _meanBytes) : bytes <= 0 ? 0 : Math.Max(1, bytes / _meanBytes);
            var messages = Math.Min(Math.Min(_pullSize, most - held), _maxBuffered - Volatile.Read(ref _buffered) - _asked);
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

    public void Buffered() => Interlocked.Increment(ref _buffered);

    public void Unbuffered(int messages) => Interlocked.Add(ref _buffered, -messages);

    /// <summary>Learns how large messages are: fast when they grow, slowly when they shrink, as too large a guess only costs a few Pulls more.</summary>
    public void Observe(IReadOnlyList<PulledMessage> pulled)
    {
        if (pulled.Count == 0)
        {
            return;
        }

        var mean = Math.Max(1, pulled.Average(m => (double)m.Bytes));
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
