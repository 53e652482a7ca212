namespace OrleansSie.Silo.Reach;

/// <summary>Log lines of silos that are cut off from each other. Event ids 223 and 224.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 223, EventName = nameof(LeavesTheCluster), Level = LogLevel.Warning,
        Message = "{Silo} has not answered for a minute, and a third silo reaches both. This silo leaves, and joins again when it reaches every active one. "
            + "Check the network between the two.")]
    public static partial void LeavesTheCluster(this ILogger logger, string silo);

    [LoggerMessage(EventId = 224, EventName = nameof(ReachRoundFailed), Level = LogLevel.Warning,
        Message = "The check which silos this one reaches failed; it is tried again in five seconds.")]
    public static partial void ReachRoundFailed(this ILogger logger, Exception exception);
}
