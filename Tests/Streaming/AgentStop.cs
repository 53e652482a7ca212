using Orleans.Streaming.Diagnostics;

namespace OrleansSie.Tests.Streaming;

/// <summary>Waits for a pulling agent that takes nothing any more, but still waits for its deliveries.</summary>
internal sealed class AgentStop : IObserver<StreamingEvents.StreamingEvent>, IDisposable
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _provider;
    private readonly IDisposable _subscription;

    /// <param name="provider">Whose agent: the events are those of all silos in this process.</param>
    public AgentStop(string provider)
    {
        _provider = provider;
        _subscription = StreamingEvents.AllEvents.Subscribe(this);
    }

    public Task Stopped => _stopped.Task;

    public void OnNext(StreamingEvents.StreamingEvent value)
    {
        if (value is StreamingEvents.PullingAgentStopped && value.StreamProvider == _provider)
        {
            _stopped.TrySetResult();
        }
    }

    public void OnError(Exception error) => _stopped.TrySetException(error);

    public void OnCompleted() => _stopped.TrySetCanceled();

    public void Dispose() => _subscription.Dispose();
}
