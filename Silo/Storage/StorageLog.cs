namespace OrleansSie.Silo.Storage;

/// <summary>The log messages of the stores; event ids 3000 to 3099.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(3000, LogLevel.Debug, "The embedded store has taken a checkpoint", EventName = "StoreCheckpointTaken")]
    public static partial void CheckpointTaken(ILogger logger);

    [LoggerMessage(3001, LogLevel.Warning,
        "The embedded store could not take a checkpoint; nothing is lost, but disk use and start-up time grow until one succeeds. Check the free space of storage.path",
        EventName = "StoreCheckpointFailed")]
    public static partial void CheckpointFailed(ILogger logger, Exception fault);
}
