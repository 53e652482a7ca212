namespace Orleans.Streaming.PubSub;

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
    /// Stops at once, and gives back what waits; consumers may settle what they have. What they have not settled after the timeout is given
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

        // What it gives back must be queued before the queues are closed, or it would not be nacked but expire.
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
