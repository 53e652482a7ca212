namespace Orleans.Streaming.PubSub;

/// <summary>The messages of one stream in one queue's cache, oldest first, and who reads them. The agent's alone.</summary>
internal sealed class StreamSlot(StreamId stream)
{
    private PubSubBatchContainer? _last;

    public StreamId Stream { get; } = stream;

    public PubSubBatchContainer? First { get; private set; }

    /// <summary>Open cursors: the agent's pin while it registers the stream, and the consumer's.</summary>
    public int Cursors { get; set; }

    /// <summary>The cursor that delivers; null until a consumer asks for a message.</summary>
    public LeaseCursor? Consumer { get; set; }

    /// <summary>Whether a consumer ever asked for a message.</summary>
    public bool WasRead { get; set; }

    /// <summary>Whether a second consumer came, which nothing can be acked for.</summary>
    public bool HasSeveralConsumers { get; set; }

    public void Append(PubSubBatchContainer message)
    {
        message.IsCached = true;
        if (_last is null)
        {
            First = message;
        }
        else
        {
            _last.Next = message;
        }

        _last = message;
    }

    public void Remove(PubSubBatchContainer message)
    {
        PubSubBatchContainer? before = null;
        for (var each = First; each != message; each = each.Next)
        {
            before = each ?? throw new InvalidOperationException("The message is not in its stream's slot.");
        }

        if (before is null)
        {
            First = message.Next;
        }
        else
        {
            before.Next = message.Next;
        }

        if (_last == message)
        {
            _last = before;
        }

        message.Next = null;
        message.IsCached = false;
    }
}
