namespace OrleansSie.Silo.Totals;

/// <summary>Log lines of the served counts. Event ids 210 to 214.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 210, EventName = nameof(SnapshotFailed), Level = LogLevel.Warning,
        Message = "The counts could not be refreshed; the last complete ones are served. If it lasts, check the store.")]
    public static partial void SnapshotFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 211, EventName = nameof(StoreRolledBack), Level = LogLevel.Error,
        Message = "The store has lost commits of cluster {Cluster}: it holds version {StoredVersion}, this silo has served version {KnownVersion}. "
            + "The stored counts are served from now on.")]
    public static partial void StoreRolledBack(this ILogger logger, string cluster, long storedVersion, long knownVersion);

    [LoggerMessage(EventId = 212, EventName = nameof(RegisterUnread), Level = LogLevel.Warning,
        Message = "The list of unattributed interruptions could not be read completely; the last complete figures are served. If it lasts, check the store.")]
    public static partial void RegisterUnread(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 213, EventName = nameof(NodesUnread), Level = LogLevel.Warning,
        Message = "The nodes of project {Project} could not be read; their series are left out until they can. If it lasts, check the store.")]
    public static partial void NodesUnread(this ILogger logger, Exception exception, string project);

    [LoggerMessage(EventId = 214, EventName = nameof(NodesRolledBack), Level = LogLevel.Error,
        Message = "The store has lost commits of the nodes of project {Project}. The stored figures are served from now on.")]
    public static partial void NodesRolledBack(this ILogger logger, string project);
}
