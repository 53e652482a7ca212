namespace OrleansSie.Tests.Streaming;

/// <summary>What a publisher, a pulling agent, a consumer, the service or the host does next.</summary>
internal enum ProviderFuzzAction
{
    /// <summary>A message for a stream is published.</summary>
    Publish,

    /// <summary>A message that the decoder ignores is published.</summary>
    PublishIgnored,

    /// <summary>A message that the decoder throws at is published.</summary>
    PublishBad,

    /// <summary>The agent takes in what was pulled, registers new streams with their consumers, and begins to deliver.</summary>
    Receive,

    /// <summary>The agent takes in what was pulled; streams that are new to it have no consumer.</summary>
    ReceiveWithoutConsumer,

    /// <summary>The consumer takes over the batch that is delivered to it.</summary>
    TakeOver,

    /// <summary>The consumer's call returns, whether it has taken the batch over or not, and the agent moves on.</summary>
    Return,

    /// <summary>The consumer's call throws, and the agent moves on.</summary>
    Throw,

    /// <summary>The consumer acks some of what it has.</summary>
    Ack,

    /// <summary>The consumer nacks some of what it has.</summary>
    Nack,

    /// <summary>The consumer's cursor is disposed of, whatever is in flight.</summary>
    Dispose,

    /// <summary>A second consumer of the stream reads.</summary>
    ReadBySecond,

    /// <summary>Some seconds go by.</summary>
    Wait,

    /// <summary>The greatest age of a lease goes by.</summary>
    GrowOld,

    /// <summary>The next calls of Acknowledge fail.</summary>
    RefuseAcks,

    /// <summary>The next calls of ModifyAckDeadline fail: renewals as well as nacks.</summary>
    RefuseDeadlines,

    /// <summary>The next Pulls fail.</summary>
    RefusePulls,

    /// <summary>The next calls of Acknowledge take long.</summary>
    SlowAcks,

    /// <summary>The silo begins to stop; deliveries may still end.</summary>
    Stop,
}

/// <summary>One step of a sequence.</summary>
/// <param name="Action">What happens.</param>
/// <param name="Stream">To which stream, where it concerns one.</param>
/// <param name="Amount">How many, how long, or which error.</param>
internal readonly record struct ProviderFuzzStep(ProviderFuzzAction Action, int Stream, int Amount);
