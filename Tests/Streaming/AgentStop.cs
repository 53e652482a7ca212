using Orleans.Streaming.Diagnostics;

namespace OrleansSie.Tests.Streaming;

/// <summary>Waits for a pulling agent that takes nothing any more, but still waits for its deliveries.</summary>
internal sealed class AgentStop : IObserver<StreamingEvents.StreamingEvent>, IDisposable
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IDisposable _subscription;

    public AgentStop() => _subscription = StreamingEvents.AllEvents.Subscribe(this);

    public Task Stopped => _stopped.Task;

    public void OnNext(StreamingEvents.StreamingEvent value)
    {
        if (value is StreamingEvents.PullingAgentStopped)
        {
            _stopped.TrySetResult();
        }
    }

    public void OnError(Exception error) => _stopped.TrySetException(error);

    public void OnCompleted() => _stopped.TrySetCanceled();

    public void Dispose() => _subscription.Dispose();
}
