namespace Orleans.Streaming.PubSub;

/// <summary>
/// One subscription on this silo and its one queue. It can be started again after it has finished, as agents may be stopped and started
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

    /// <summary>The cache of its agent, of the last one if it was started again.</summary>
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

    /// <summary>The silo stops: no more Pulls, and what is not in delivery goes back.</summary>
    public void StopPulling()
    {
        lock (_lock)
        {
            _stopping = true;
            _session?.StopPulling();
        }
    }

    /// <summary>Ends it; nothing is left to do if it has ended.</summary>
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
