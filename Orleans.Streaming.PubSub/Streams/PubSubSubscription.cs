namespace Orleans.Streaming.PubSub;

/// <summary>
/// One subscription on this silo, shared by its queues: the first to join starts pulling, the last to leave ends it. It can be joined
/// again after that, as agents may be stopped and started while the silo runs.
/// </summary>
internal sealed class PubSubSubscription
{
    private readonly Lock _lock = new();
    private readonly Func<PubSubSession> _start;
    private readonly TimeSpan _shutdownTimeout;
    private PubSubSession? _session;
    private Task _ending = Task.CompletedTask;
    private int _members;
    private bool _stopping;

    public PubSubSubscription(DeliveryCircuit circuit, Func<PubSubSession> start, TimeSpan shutdownTimeout)
    {
        Circuit = circuit;
        _start = start;
        _shutdownTimeout = shutdownTimeout;
    }

    public DeliveryCircuit Circuit { get; }

    public PubSubSession Join()
    {
        lock (_lock)
        {
            _members++;
            _session ??= _start();
            if (_stopping)
            {
                _session.StopPulling();
            }

            return _session;
        }
    }

    public Task LeaveAsync()
    {
        lock (_lock)
        {
            return --_members > 0 ? Task.CompletedTask : End();
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

    /// <summary>Ends it whatever the queues do; nothing is left if they all have left.</summary>
    public Task FinishAsync()
    {
        lock (_lock)
        {
            _members = 0;
            return End();
        }
    }

    private Task End()
    {
        if (_session is { } session)
        {
            _session = null;
            _ending = Task.WhenAll(_ending, Task.Run(() => FinishAsync(session)));
        }

        return _ending;
    }

    private async Task FinishAsync(PubSubSession session)
    {
        await session.FinishAsync(_shutdownTimeout);
        session.Dispose();
    }
}
