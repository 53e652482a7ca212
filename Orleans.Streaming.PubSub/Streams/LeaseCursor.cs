using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Takes one stream's messages to its consumer and settles each as the agent moves on. A message is acked only on evidence that its
/// delivery succeeded; one disposed of in flight without it is given back.
/// </summary>
internal sealed class LeaseCursor(LeaseTrackingQueueCache cache, StreamSlot slot) : IQueueCacheCursor
{
    private PubSubBatchContainer? _current;
    private bool _failed;
    private bool _disposed;

    public IBatchContainer? GetCurrent(out Exception? exception)
    {
        exception = null;
        return _current;
    }

    public QueueCacheCursorMoveResult MoveNextWithResult() =>
        MoveNext() ? QueueCacheCursorMoveResult.Success : QueueCacheCursorMoveResult.NoData;

    public bool MoveNext()
    {
        if (_current is { } moved)
        {
            _current = null;
            cache.Settle(slot, moved, !_failed && moved.WasDelivered ? LeaseState.Done : LeaseState.Failed);
            _failed = false;
        }

        if (_disposed || !cache.IsOnlyConsumer(slot, this))
        {
            return false;
        }

        _current = slot.First;
        return _current is not null;
    }

    public void Refresh(StreamSequenceToken token)
    {
        // Messages are read from the front of the slot, so there is no position to refresh.
    }

    public void RecordDeliveryFailure() => _failed = _current is not null;

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_current is { } unsettled)
        {
            _current = null;
            cache.Settle(slot, unsettled, _failed ? LeaseState.Failed : unsettled.WasDelivered ? LeaseState.Done : LeaseState.Returned);
        }

        cache.Close(slot, this);
    }
}
