using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo;

/// <summary>Log lines of the silo's own parts. Event ids 200 to 299.</summary>
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
        Message = "The dispatcher of shard {Shard} does not answer; its events go to their instances directly until it does. If it lasts, check the network between the silos.")]
    public static partial void DispatcherAway(this ILogger logger, Exception exception, long shard);

    [LoggerMessage(EventId = 206, EventName = nameof(DeliveryGivenUp), Level = LogLevel.Warning,
        Message = "Instance {Instance} could not take the event of message {MessageId}; it is nacked and will come again. Check the store and the instance's record.")]
    public static partial void DeliveryGivenUp(this ILogger logger, Exception exception, string instance, string messageId);

    [LoggerMessage(EventId = 210, EventName = nameof(SnapshotFailed), Level = LogLevel.Warning,
        Message = "The counts could not be refreshed; the last complete ones are served. If it lasts, check the store.")]
    public static partial void SnapshotFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 212, EventName = nameof(RegisterUnread), Level = LogLevel.Warning,
        Message = "The register of interruptions without a cluster could not be read whole; the last complete figures of it are served. If it lasts, check the store.")]
    public static partial void RegisterUnread(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 211, EventName = nameof(StoreRolledBack), Level = LogLevel.Error,
        Message = "The store has lost commits of cluster {Cluster}: it holds version {StoredVersion}, this silo has served version {KnownVersion}. "
            + "The stored counts are served from now on.")]
    public static partial void StoreRolledBack(this ILogger logger, string cluster, long storedVersion, long knownVersion);

    [LoggerMessage(EventId = 220, EventName = nameof(Starting), Level = LogLevel.Information,
        Message = "OrleansSie {Version} starts. {Settings}")]
    public static partial void Starting(this ILogger logger, string version, string settings);

    [LoggerMessage(EventId = 221, EventName = nameof(Notice), Level = LogLevel.Information, Message = "{Notice}")]
    public static partial void Notice(this ILogger logger, string notice);

    [LoggerMessage(EventId = 222, EventName = nameof(JoinInterrupted), Level = LogLevel.Warning,
        Message = "The membership table fell away while this silo joins, and is tried again until it answers; check that its store runs and can be reached: {Reason}")]
    public static partial void JoinInterrupted(this ILogger logger, Exception exception, string reason);

    [LoggerMessage(EventId = 223, EventName = nameof(LeavesTheCluster), Level = LogLevel.Warning,
        Message = "{Silo} has not answered for a minute, and a third silo reaches both. This silo leaves, and joins again when it reaches every active one. "
            + "Check the network between the two.")]
    public static partial void LeavesTheCluster(this ILogger logger, string silo);

    [LoggerMessage(EventId = 224, EventName = nameof(ReachRoundFailed), Level = LogLevel.Warning,
        Message = "It could not be looked which silos this one reaches; it is tried again in five seconds.")]
    public static partial void ReachRoundFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 250, EventName = nameof(RepairIsOff), Level = LogLevel.Information,
        Message = "Gap repair is off: {Reason}. Interruptions of a downtime longer than pubsub.message_retention stay uncounted.")]
    public static partial void RepairIsOff(this ILogger logger, string reason);

    [LoggerMessage(EventId = 251, EventName = nameof(RepairRoundFailed), Level = LogLevel.Warning,
        Message = "It could not be recorded when {Subscription} was last pulled, or a gap of it be looked for; it is tried again within minutes. Counts are not affected. If it lasts, check the store.")]
    public static partial void RepairRoundFailed(this ILogger logger, Exception exception, string subscription);

    [LoggerMessage(EventId = 252, EventName = nameof(GapIsRepaired), Level = LogLevel.Information,
        Message = "The gap of project {Project} from {From:u} to {Until:u} is repaired: {New} preemptions were missing, {Known} were known, "
            + "{Unreadable} operations name no instance.")]
    public static partial void GapIsRepaired(
        this ILogger logger, string project, DateTimeOffset from, DateTimeOffset until, int @new, int known, int unreadable);

    [LoggerMessage(EventId = 253, EventName = nameof(GapNotRepaired), Level = LogLevel.Warning,
        Message = "The gap of project {Project} from {From:u} to {Until:u} is not repaired; it is tried again every five minutes, for 14 days. {Reason}")]
    public static partial void GapNotRepaired(
        this ILogger logger, string project, DateTimeOffset from, DateTimeOffset until, string reason);
}
