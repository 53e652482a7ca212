using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Events;

/// <summary>Log lines of messages and their delivery. Event ids 200 to 206.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 200, EventName = nameof(Interruption), Level = LogLevel.Information,
        Message = "{Outcome}: {Kind} {Instance} (subscription {Subscription}, message {MessageId})")]
    public static partial void Interruption(
        this ILogger logger, Outcome outcome, InstanceEventKind kind, string instance, string subscription, string messageId);

    [LoggerMessage(EventId = 201, EventName = nameof(Effect), Level = LogLevel.Debug,
        Message = "{Outcome}: {Kind} {Instance} (subscription {Subscription}, message {MessageId})")]
    public static partial void Effect(
        this ILogger logger, Outcome outcome, InstanceEventKind kind, string instance, string subscription, string messageId);

    [LoggerMessage(EventId = 202, EventName = nameof(NoEffect), Level = LogLevel.Debug,
        Message = "{Outcome}: message {MessageId} of {Subscription} has no effect. {Detail}")]
    public static partial void NoEffect(this ILogger logger, Outcome outcome, string subscription, string messageId, string? detail);

    [LoggerMessage(EventId = 203, EventName = nameof(Ignored), Level = LogLevel.Warning,
        Message = "{Outcome}: message {MessageId} of {Subscription} can never have an effect and is acknowledged. {Detail}")]
    public static partial void Ignored(this ILogger logger, Outcome outcome, string subscription, string messageId, string? detail);

    [LoggerMessage(EventId = 204, EventName = nameof(NoOutcome), Level = LogLevel.Error,
        Message = "Message {MessageId} of {Subscription} for {Instance} was delivered without an outcome. This is a fault of the program: please report it.")]
    public static partial void NoOutcome(this ILogger logger, string subscription, string messageId, string instance);

    [LoggerMessage(EventId = 205, EventName = nameof(DispatcherAway), Level = LogLevel.Warning,
        Message = "The dispatcher of shard {Shard} does not answer; until it does, its events go to their instances directly. If it lasts, check the network between the silos.")]
    public static partial void DispatcherAway(this ILogger logger, Exception exception, long shard);

    [LoggerMessage(EventId = 206, EventName = nameof(DeliveryGivenUp), Level = LogLevel.Warning,
        Message = "Instance {Instance} could not take the event of message {MessageId}; it is nacked and will come again. Check the store and the instance's record.")]
    public static partial void DeliveryGivenUp(this ILogger logger, Exception exception, string instance, string messageId);
}
