namespace Orleans.Streaming.PubSub;

/// <summary>
/// One subscription on this silo, and its queue. It can be started again after it has finished, because agents may be stopped and started
/// while the silo runs.
/// </summary>
internal sealed class PubSubSubscription
{
    private readonly Lock _lock = new();
    private readonly Func<PubSubSession> _start;
    private readonly TimeSpan _shutdownTimeout;
    private PubSubSession? _session;
    private Task _ending = Task.CompletedTask;
    private bool _stopping;

    public PubSubSubscription(DeliveryCircuit circuit, Func<PubSubSession> start, TimeSpan shutdownTimeout)
    {
        Circuit = circuit;
        _start = start;
        _shutdownTimeout = shutdownTimeout;
    }

    public DeliveryCircuit Circuit { get; }

    /// <summary>The cache of its newest agent.</summary>
    public LeaseTrackingQueueCache? Cache { get; set; }

    public PubSubSession Start()
    {
        lock (_lock)
        {
            _session ??= _start();
            if (_stopping)
            {
                _session.StopPulling();
            }

            return _session;
        }
    }

    /// <summary>The silo stops: there are no more Pulls, and messages not in delivery are given back.</summary>
    public void StopPulling()
    {
        lock (_lock)
        {
            _stopping = true;
            _session?.StopPulling();
        }
    }

    /// <summary>Ends it. Does nothing if it has ended.</summary>
    public Task FinishAsync()
    {
        lock (_lock)
        {
            if (_session is { } session)
            {
                _session = null;
                _ending = Task.WhenAll(_ending, Task.Run(() => FinishAsync(session)));
            }

            return _ending;
        }
    }

    private async Task FinishAsync(PubSubSession session)
    {
        await session.FinishAsync(_shutdownTimeout);
        session.Dispose();
    }
}

/// <summary>The time in which an agent reads a subscription: its puller and its leases.</summary>
internal sealed class PubSubSession : IDisposable
{
    private readonly TimeSpan _shutdownTimeout;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _finished = new();
    private readonly Lock _lock = new();
    private Task _returning = Task.CompletedTask;
    private bool _stopped;

    public PubSubSession(PubSubPuller puller, LeaseManager leases, TimeSpan shutdownTimeout, TimeProvider time)
    {
        Puller = puller;
        Leases = leases;
        _shutdownTimeout = shutdownTimeout;
        _time = time;
    }

    public PubSubPuller Puller { get; }

    public LeaseManager Leases { get; }

    /// <summary>
    /// Stops at once, and gives back what waits. Consumers may still settle what they have. What is unsettled after the timeout is given
    /// back, even while the agent still waits for them.
    /// </summary>
    public void StopPulling()
    {
        lock (_lock)
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            _returning = ReturnAfterTimeoutAsync();
        }

        Leases.BeginStop();
        Puller.Stop();
        Leases.ReturnWaiting();
    }

    public async Task FinishAsync(TimeSpan timeout)
    {
        StopPulling();
        await Puller.Completion;
        Leases.ReturnUntaken();
        await Task.WhenAny(Leases.EmptiedAsync(), _returning);

        // What it gives back must be queued before the queues are closed, or it would expire instead of being nacked.
        await _finished.CancelAsync();
        await _returning;
        await Leases.FinishAsync(timeout);
    }

    public void Dispose()
    {
        _finished.Dispose();
        Puller.Dispose();
        Leases.Dispose();
    }

    private async Task ReturnAfterTimeoutAsync()
    {
        await Task.Delay(_shutdownTimeout, _time, _finished.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Leases.ReturnAll();
    }
}
