using Microsoft.Extensions.Logging;

namespace Orleans.Clustering.Kubernetes;

/// <summary>Every line that this library logs. The ids are stable.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 7301, EventName = nameof(TableFound), Level = LogLevel.Information,
        Message = "The membership table is ConfigMap {Namespace}/{Name} at {Host}, version {Version}; heartbeats are in {Name}-alive.")]
    public static partial void TableFound(this ILogger logger, string @namespace, string name, string host, int version);

    [LoggerMessage(EventId = 7302, EventName = nameof(InitializeDelayed), Level = LogLevel.Warning,
        Message = "The membership table cannot be reached yet and is tried again; check that the API server is up and that no network policy blocks it: {Reason}")]
    public static partial void InitializeDelayed(this ILogger logger, string reason, Exception exception);

    [LoggerMessage(EventId = 7303, EventName = nameof(TableReplaced), Level = LogLevel.Critical,
        Message = "{Reason} This silo is no longer in any table. It stops, so that it is restarted and joins the current table.")]
    public static partial void TableReplaced(this ILogger logger, string reason);

    [LoggerMessage(EventId = 7304, EventName = nameof(HeartbeatsMissing), Level = LogLevel.Warning,
        Message = "ConfigMap {Name} with the heartbeats does not exist; the next heartbeat creates it. Until then the rows' own times are used.")]
    public static partial void HeartbeatsMissing(this ILogger logger, string name);

    [LoggerMessage(EventId = 7305, EventName = nameof(TableGrows), Level = LogLevel.Warning,
        Message = "The membership table {Name} holds {Bytes} bytes in {Rows} rows; it must not pass 1,048,576. Find out why so many silos die, or lower ClusterMembershipOptions.DefunctSiloExpiration.")]
    public static partial void TableGrows(this ILogger logger, string name, long bytes, int rows);

    [LoggerMessage(EventId = 7306, EventName = nameof(DeadRowsDropped), Level = LogLevel.Warning,
        Message = "{Count} rows of long dead silos were dropped from {Name}, which was close to its size limit.")]
    public static partial void DeadRowsDropped(this ILogger logger, int count, string name);

    [LoggerMessage(EventId = 7307, EventName = nameof(CleanupGaveWay), Level = LogLevel.Information,
        Message = "Rows of dead silos were not removed from {Name}, since it changed meanwhile; the next cleaning does it.")]
    public static partial void CleanupGaveWay(this ILogger logger, string name);

    [LoggerMessage(EventId = 7308, EventName = nameof(HeartbeatsNotCleaned), Level = LogLevel.Information,
        Message = "Heartbeats of silos that are gone could not be removed from {Name}; the next cleaning does it. {Reason}")]
    public static partial void HeartbeatsNotCleaned(this ILogger logger, string name, string reason);

    [LoggerMessage(EventId = 7310, EventName = nameof(PredecessorEnded), Level = LogLevel.Information,
        Message = "Silo {Predecessor} bore this silo's name {Name} and was an older process, which cannot live any more: it has been declared dead.")]
    public static partial void PredecessorEnded(this ILogger logger, SiloAddress predecessor, string name);

    [LoggerMessage(EventId = 7311, EventName = nameof(PredecessorsStay), Level = LogLevel.Warning,
        Message = "Older processes with this silo's name {Name} could not be looked up in the table or declared dead. The other silos detect them by themselves.")]
    public static partial void PredecessorsStay(this ILogger logger, string name, Exception? exception);
}
