namespace Orleans.Streaming.PubSub;

/// <summary>The messages that wait for one stream in one queue's cache, oldest first, and who reads them. The agent's alone.</summary>
internal sealed class StreamSlot(StreamId stream)
{
    private readonly Queue<PubSubMessage> _waiting = new();

    public StreamId Stream => stream;

    /// <summary>What the agent is told when messages wait.</summary>
    public Arrival Arrival { get; } = new(stream);

    /// <summary>Open cursors: the agent's pin while it registers the stream, and the consumer's.</summary>
    public int Cursors { get; set; }

    /// <summary>The cursor that delivers; null until a consumer asks for a message.</summary>
    public LeaseCursor? Consumer { get; set; }

    /// <summary>Whether a consumer ever asked for a message.</summary>
    public bool WasRead { get; set; }

    /// <summary>Whether a second consumer came, which nothing can be acked for.</summary>
    public bool HasSeveralConsumers { get; set; }

    /// <summary>Whether the agent is about to be told of it.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>Whether its consumer found no room though messages wait, so that it has to be told when there is some.</summary>
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
