using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Takes one stream's messages to its consumer: each batch is what waits when the agent moves on. It acks nothing; the consumer does. It
/// rejects a batch whose delivery failed, and one that no consumer has taken over when the agent moves on.
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

    /// <summary>A batch stays with the consumer that took it over. A batch that no consumer took over is given back.</summary>
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

/// <summary>
/// The messages that wait for one stream in one queue's cache, oldest first, and who reads them. Used on the agent's turns only.
/// </summary>
internal sealed class StreamSlot(StreamId stream)
{
    private readonly Queue<PubSubMessage> _waiting = new();

    public StreamId Stream => stream;

    /// <summary>What the agent gets when messages wait.</summary>
    public Arrival Arrival { get; } = new(stream);

    /// <summary>Open cursors: the agent's while it registers the stream, and the consumer's.</summary>
    public int Cursors { get; set; }

    /// <summary>The cursor that delivers; null until a consumer asks for a message.</summary>
    public LeaseCursor? Consumer { get; set; }

    /// <summary>Whether a consumer ever asked for a message.</summary>
    public bool WasRead { get; set; }

    /// <summary>Whether a second consumer came. This is not supported.</summary>
    public bool HasSeveralConsumers { get; set; }

    /// <summary>Whether it is among the streams that the agent gets next.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>Whether messages wait and its consumer had no room, so that it is announced again when there is room.</summary>
    public bool StandsStill { get; set; }

    public int Count => _waiting.Count;

    public void Append(PubSubMessage message) => _waiting.Enqueue(message);

    /// <summary>Takes the oldest messages out.</summary>
    public PubSubMessage[] Take(int most)
    {
        var messages = new PubSubMessage[Math.Min(most, _waiting.Count)];
        for (var i = 0; i < messages.Length; i++)
        {
            messages[i] = _waiting.Dequeue();
        }

        return messages;
    }
}

/// <summary>Tells the agent that messages wait for a stream. The messages are in the stream's slot already.</summary>
internal sealed class Arrival(StreamId stream) : IBatchContainer
{
    // Streams cannot be rewound, so no position is ever compared.
    private static readonly EventSequenceTokenV2 _token = new(0);

    public StreamId StreamId => stream;

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => throw new InvalidOperationException("An arrival is not delivered.");

    public bool ImportRequestContext() => false;
}
