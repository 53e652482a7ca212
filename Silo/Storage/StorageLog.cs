namespace OrleansSie.Silo.Storage;

/// <summary>The log messages of the stores; event ids 3000 to 3099.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(3002, LogLevel.Error, "{Fault}", EventName = nameof(StoreFault))]
    public static partial void StoreFault(ILogger logger, string fault);

    [LoggerMessage(3003, LogLevel.Warning, "{Warning}", EventName = nameof(StoreWarning))]
    public static partial void StoreWarning(ILogger logger, string warning);

    [LoggerMessage(3004, LogLevel.Warning,
        "storage.redis: appendfsync is {AppendFsync}: a crash of the store may take counts it has acknowledged. Set appendonly yes and appendfsync always.",
        EventName = nameof(StoreWeak))]
    public static partial void StoreWeak(ILogger logger, AppendFsync appendFsync);

    [LoggerMessage(3005, LogLevel.Error,
        "Cannot write to {Store}: {Reason}. Check that it runs, can be reached and has room. It is tried every second; until then nothing is pulled and nothing is lost.",
        EventName = nameof(StoreUnavailable))]
    public static partial void StoreUnavailable(ILogger logger, Exception exception, string store, string reason);

    [LoggerMessage(3006, LogLevel.Information, "Writing to {Store} works; messages are pulled.", EventName = nameof(StoreAvailable))]
    public static partial void StoreAvailable(ILogger logger, string store);

    [LoggerMessage(3007, LogLevel.Warning, "Not started yet, since {Fault}. It is tried again until it answers.", EventName = nameof(WaitsForStore))]
    public static partial void WaitsForStore(ILogger logger, string fault);

    [LoggerMessage(3008, LogLevel.Warning,
        "Records of instances that are gone cannot be removed from the store: {Reason}. It is tried again within minutes, and nothing else waits for it.",
        EventName = nameof(RetentionFailed))]
    public static partial void RetentionFailed(ILogger logger, string reason);

    [LoggerMessage(3010, LogLevel.Warning,
        "The counts begin at zero: {Store} holds none. If there were any, stop all silos and restore a backup.",
        EventName = nameof(StoreIsNew))]
    public static partial void StoreIsNew(ILogger logger, string store);

    [LoggerMessage(3011, LogLevel.Error, "Nothing is pulled, counted or acknowledged: {Fault}", EventName = nameof(StoreLost))]
    public static partial void StoreLost(ILogger logger, string fault);
}
