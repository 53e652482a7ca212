using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Takes one stream's messages to its consumer, in batches of what waits as the agent moves on. It acks nothing: that is the consumer's. A
/// batch whose delivery failed is rejected, and so is one that the agent moves on from without a consumer having taken it over.
/// </summary>
internal sealed class LeaseCursor(LeaseTrackingQueueCache cache, StreamSlot slot) : IQueueCacheCursor
{
    private PubSubBatchContainer? _current;
    private bool _isClosed;

    public IBatchContainer? GetCurrent(out Exception? exception)
    {
        exception = null;
        return _current;
    }

    public QueueCacheCursorMoveResult MoveNextWithResult() =>
        MoveNext() ? QueueCacheCursorMoveResult.Success : QueueCacheCursorMoveResult.NoData;

    public bool MoveNext()
    {
        if (_current is { Batch.IsTaken: false } passed)
        {
            cache.Refused.RejectUntaken(passed.Batch);
        }

        _current = !_isClosed && cache.IsOnlyConsumer(slot, this) ? cache.NextBatch(slot) : null;
        return _current is not null;
    }

    public void Refresh(StreamSequenceToken token)
    {
        // Messages are read from the front of the slot, so there is no position to refresh.
    }

    public void RecordDeliveryFailure()
    {
        if (_current is { } failed)
        {
            _current = null;
            cache.Refused.RejectFailed(failed);
        }
    }

    /// <summary>A batch in flight stays with the consumer that took it over; one that nobody took over is given back.</summary>
    public void Dispose()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        if (_current is { Batch.IsTaken: false } untaken)
        {
            Rejections.Return(untaken.Batch.Own);
        }

        _current = null;
        cache.Close(slot, this);
    }
}
