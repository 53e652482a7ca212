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

    [LoggerMessage(3002, LogLevel.Error, "{Fault}", EventName = nameof(StoreFault))]
    public static partial void StoreFault(ILogger logger, string fault);

    [LoggerMessage(3003, LogLevel.Warning, "{Warning}", EventName = nameof(StoreWarning))]
    public static partial void StoreWarning(ILogger logger, string warning);

    [LoggerMessage(3004, LogLevel.Warning,
        "storage.redis: appendfsync is {AppendFsync}: a crash of the store may take counts it has acknowledged. Set appendonly yes and appendfsync always.",
        EventName = nameof(StoreWeak))]
    public static partial void StoreWeak(ILogger logger, AppendFsync appendFsync);
}
