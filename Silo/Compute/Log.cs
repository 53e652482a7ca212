namespace OrleansSie.Silo.Compute;

/// <summary>Log lines of gap repair. Event ids 250 to 253.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 250, EventName = nameof(RepairIsOff), Level = LogLevel.Information,
        Message = "Gap repair is off: {Reason}. Interruptions of a downtime longer than pubsub.message_retention stay uncounted.")]
    public static partial void RepairIsOff(this ILogger logger, string reason);

    [LoggerMessage(EventId = 251, EventName = nameof(RepairRoundFailed), Level = LogLevel.Warning,
        Message = "The last pull of {Subscription} could not be recorded, or its gaps could not be checked; it is tried again within minutes. Counts are not affected. If it lasts, check the store.")]
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

/// <summary>Log lines of the inventory. Event ids 3200 to 3299.</summary>
internal static partial class InventoryLog
{
    [LoggerMessage(EventId = 3200, EventName = nameof(Off), Level = LogLevel.Information,
        Message = "No inventory is taken from the Compute API: {Reason}. Clusters are known by creation events alone.")]
    public static partial void Off(ILogger logger, string reason);

    [LoggerMessage(EventId = 3201, EventName = nameof(Listed), Level = LogLevel.Information,
        Message = "Project {Project}: {Instances} instances listed in {Seconds:F1} s, {Changed} new or changed, {Gone} gone.")]
    public static partial void Listed(ILogger logger, string project, int instances, double seconds, int changed, int gone);

    [LoggerMessage(EventId = 3202, EventName = nameof(NotWhole), Level = LogLevel.Warning,
        Message = "Project {Project}: the Compute API could not list {Zones}. What was known of the instances there stays.")]
    public static partial void NotWhole(ILogger logger, string project, string zones);

    [LoggerMessage(EventId = 3203, EventName = nameof(NotListed), Level = LogLevel.Warning,
        Message = "Project {Project} was not listed to its end: {Reason}. It is tried again {When}; events are counted meanwhile.")]
    public static partial void NotListed(ILogger logger, string project, string reason, string when);

    [LoggerMessage(EventId = 3204, EventName = nameof(Retrying), Level = LogLevel.Debug,
        Message = "Project {Project}: {Reason}. The listing goes on after a pause.")]
    public static partial void Retrying(ILogger logger, string project, string reason);

    [LoggerMessage(EventId = 3205, EventName = nameof(NotTold), Level = LogLevel.Warning,
        Message = "Project {Project}: {Count} instances could not take what was found, and are told again at the next listing. "
            + "The last failure: {Reason}")]
    public static partial void NotTold(ILogger logger, string project, int count, string reason);

    [LoggerMessage(EventId = 3206, EventName = nameof(Invalid), Level = LogLevel.Warning,
        Message = "Project {Project}: {Count} listed instances have no id, name or time of creation, or an impossible label, "
            + "and are left out.")]
    public static partial void Invalid(ILogger logger, string project, int count);

    [LoggerMessage(EventId = 3207, EventName = nameof(Fault), Level = LogLevel.Error,
        Message = "The listing of project {Project} failed. This is a fault of the program: please report it. It is tried again.")]
    public static partial void Fault(ILogger logger, Exception exception, string project);

    [LoggerMessage(EventId = 3209, EventName = nameof(NodesNotCounted), Level = LogLevel.Warning,
        Message = "The nodes of project {Project} were listed and could not be counted, or their pools not be registered; the next listing tries again. The cause says what to check.")]
    public static partial void NodesNotCounted(ILogger logger, Exception exception, string project);

    [LoggerMessage(EventId = 3208, EventName = nameof(NotReached), Level = LogLevel.Debug,
        Message = "The inventory of project {Project} cannot be reached now; it is tried again.")]
    public static partial void NotReached(ILogger logger, Exception exception, string project);
}
