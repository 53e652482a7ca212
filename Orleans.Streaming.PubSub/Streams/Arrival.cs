using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Orleans.Streaming.PubSub;

/// <summary>Tells the agent that messages wait for a stream. The messages themselves are in the stream's slot already.</summary>
internal sealed class Arrival(StreamId stream) : IBatchContainer
{
    // Streams cannot be rewound, so no position is ever compared.
    private static readonly EventSequenceTokenV2 _token = new(0);

    public StreamId StreamId => stream;

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => throw new InvalidOperationException("An arrival is not delivered.");

    public bool ImportRequestContext() => false;
}
