using System.Collections.Concurrent;

namespace Orleans.Streaming.PubSub;

/// <summary>Messages between the Pulls that brought them and the agent that takes them.</summary>
internal sealed class PullBuffer
{
    private readonly ConcurrentQueue<PubSubMessage[]> _messages = new();
    private TaskCompletionSource? _arrival;
    private volatile bool _hasEnded;

    /// <summary>Adds what one Pull brought.</summary>
    public void Add(PubSubMessage[] messages)
    {
        _messages.Enqueue(messages);
        Volatile.Read(ref _arrival)?.TrySetResult();
    }

    /// <summary>Takes all, one Pull after the other, without waiting.</summary>
    public IEnumerable<PubSubMessage[]> TakeAll()
    {
        while (_messages.TryDequeue(out var messages))
        {
            yield return messages;
        }
    }

    /// <summary>Nothing more is waited for.</summary>
    public void End()
    {
        _hasEnded = true;
        Volatile.Read(ref _arrival)?.TrySetResult();
    }

    /// <summary>Where nothing is there: completes soon after something is added, or the end. For one caller at a time.</summary>
    /// <param name="longest">How long it waits at most.</param>
    /// <param name="gather">How long it goes on after that, so that what comes together is taken together.</param>
    public async Task ArrivalAsync(TimeSpan longest, TimeSpan gather)
    {
        if (!_messages.IsEmpty)
        {
            return;
        }

        var arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _arrival, arrival);
        if (_messages.IsEmpty && !_hasEnded)
        {
            await Task.WhenAny(arrival.Task, Task.Delay(longest, TimeProvider.System));
            await Task.Delay(gather, TimeProvider.System);
        }
    }
}
