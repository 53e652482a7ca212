using Microsoft.Extensions.Logging;

namespace Orleans.Streaming.PubSub;

/// <summary>Every line that this library logs. The ids are stable.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 7101, EventName = "PullingStarted", Level = LogLevel.Information, Message = "Taking messages from {Subscription}.")]
    public static partial void PullingStarted(this ILogger logger, string subscription);

    [LoggerMessage(EventId = 7102, EventName = "PullingStopped", Level = LogLevel.Information, Message = "No longer taking messages from {Subscription}; deliveries in flight may end.")]
    public static partial void PullingStopped(this ILogger logger, string subscription);

    [LoggerMessage(EventId = 7103, EventName = "PullFailed", Level = LogLevel.Warning, Message = "Pulling from {Subscription} fails (failure {Count}) and is tried again. If it lasts, check that Pub/Sub can be reached from here (DNS, firewall, proxy): {Reason}")]
    public static partial void PullFailed(this ILogger logger, string subscription, long count, string reason, Exception exception);

    [LoggerMessage(EventId = 7104, EventName = "PullNeedsOperator", Level = LogLevel.Error, Message = "Pulling from {Subscription} cannot work until this is corrected; then it resumes by itself: {Reason}")]
    public static partial void PullNeedsOperator(this ILogger logger, string subscription, string reason, Exception exception);

    [LoggerMessage(EventId = 7105, EventName = "PullRecovered", Level = LogLevel.Information, Message = "Pulling from {Subscription} works again.")]
    public static partial void PullRecovered(this ILogger logger, string subscription);

    [LoggerMessage(EventId = 7106, EventName = "PullLoopFault", Level = LogLevel.Error, Message = "An unexpected fault while pulling from {Subscription}; it goes on after a pause. Please report it.")]
    public static partial void PullLoopFault(this ILogger logger, string subscription, Exception exception);

    [LoggerMessage(EventId = 7110, EventName = "DecoderFailed", Level = LogLevel.Error, Message = "The decoder threw on message {MessageId} of {Subscription}; the message is nacked and will come again, until a dead-letter policy takes it. A decoder must not throw: let it ignore what it cannot read.")]
    public static partial void DecoderFailed(this ILogger logger, string messageId, string subscription, Exception exception);

    [LoggerMessage(EventId = 7111, EventName = "DeliveryFailed", Level = LogLevel.Warning, Message = "The consumer of stream {StreamId} failed with {Count} messages of {Subscription} unsettled, {MessageId} among them; they are nacked and will come again. The consumer's own log has the cause.")]
    public static partial void DeliveryFailed(this ILogger logger, int count, string subscription, Runtime.StreamId streamId, string messageId);

    [LoggerMessage(EventId = 7112, EventName = "NoConsumer", Level = LogLevel.Error, Message = "Stream {StreamId} has no consumer; {Count} messages are nacked and will come again, {MessageId} among them. Give a grain class the attribute ImplicitStreamSubscription with this stream's namespace.")]
    public static partial void NoConsumer(this ILogger logger, Runtime.StreamId streamId, int count, string messageId);

    [LoggerMessage(EventId = 7113, EventName = "SeveralConsumers", Level = LogLevel.Error, Message = "Stream {StreamId} has more than one consumer, which this provider does not support; its messages are nacked. Keep one grain class for its namespace.")]
    public static partial void SeveralConsumers(this ILogger logger, Runtime.StreamId streamId);

    [LoggerMessage(EventId = 7114, EventName = "NotTaken", Level = LogLevel.Error, Message = "No observer took {Count} messages of {Subscription} on stream {StreamId}, {MessageId} among them; they are nacked and will come again. Attach an observer of PubSubBatch that reads its messages, and use no filter.")]
    public static partial void NotTaken(this ILogger logger, int count, string subscription, Runtime.StreamId streamId, string messageId);

    [LoggerMessage(EventId = 7115, EventName = "ConsumerElsewhere", Level = LogLevel.Error, Message = "The consumer of stream {StreamId} is on another silo than its messages; {Count} are nacked and will come again, {MessageId} among them. Make its grain class a StatelessWorker.")]
    public static partial void ConsumerElsewhere(this ILogger logger, Runtime.StreamId streamId, int count, string messageId);

    [LoggerMessage(EventId = 7120, EventName = "RenewalFailed", Level = LogLevel.Warning, Message = "{Count} leases of {Subscription} could not be renewed; this is tried again. If it lasts, their messages are delivered twice.")]
    public static partial void RenewalFailed(this ILogger logger, int count, string subscription, Exception exception);

    [LoggerMessage(EventId = 7121, EventName = "LeasesGivenUp", Level = LogLevel.Error, Message = "{Count} messages of {Subscription} were in delivery for longer than MaxLeaseAge and are given up, {MessageId} among them; they will come again. Find out what their consumers wait for.")]
    public static partial void LeasesGivenUp(this ILogger logger, int count, string subscription, string messageId);

    [LoggerMessage(EventId = 7122, EventName = "SettlementFailed", Level = LogLevel.Warning, Message = "{Call} of {Count} messages failed; it is tried again until their leases end, then they come again.")]
    public static partial void SettlementFailed(this ILogger logger, string call, int count, Exception exception);

    [LoggerMessage(EventId = 7123, EventName = "ObserverFailed", Level = LogLevel.Error, Message = "The observer threw on message {MessageId}; the message is settled all the same. An observer must not throw.")]
    public static partial void ObserverFailed(this ILogger logger, string messageId, Exception exception);

    [LoggerMessage(EventId = 7124, EventName = "LeaseLoopFault", Level = LogLevel.Critical, Message = "Messages of {Subscription} are no longer settled on this silo; restart it, and please report this.")]
    public static partial void LeaseLoopFault(this ILogger logger, string subscription, Exception exception);

    [LoggerMessage(EventId = 7130, EventName = "CircuitOpened", Level = LogLevel.Error, Message = "{Count} messages from {Subscription} failed in a row; pulling and delivering pause, and one message is tried from time to time. Check what the consumers depend on.")]
    public static partial void CircuitOpened(this ILogger logger, string subscription, int count);

    [LoggerMessage(EventId = 7131, EventName = "CircuitClosed", Level = LogLevel.Information, Message = "A message from {Subscription} succeeded; pulling and delivering go on.")]
    public static partial void CircuitClosed(this ILogger logger, string subscription);
}
