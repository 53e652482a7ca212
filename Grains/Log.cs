namespace OrleansSie.Grains;

/// <summary>Every log line of the grains. Event ids 100 to 199.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 100, EventName = nameof(TidyFailed), Level = LogLevel.Warning,
        Message = "Cluster {Cluster} could not tidy its records of counted interruptions; it tries again within a minute. Counts are not affected.")]
    public static partial void TidyFailed(this ILogger logger, Exception exception, string cluster);

    [LoggerMessage(EventId = 101, EventName = nameof(ReportFailed), Level = LogLevel.Warning,
        Message = "Cluster {Cluster} could not report its counts to the index; they are durable and will be reported again.")]
    public static partial void ReportFailed(this ILogger logger, Exception exception, string cluster);

    [LoggerMessage(EventId = 102, EventName = nameof(StoreRolledBack), Level = LogLevel.Error,
        Message = "The store has lost commits of cluster {Cluster}: it holds version {StoredVersion}, version {KnownVersion} was acknowledged. "
            + "The stored counts are served from now on. Check how the store keeps its data and what it was restored from.")]
    public static partial void StoreRolledBack(this ILogger logger, string cluster, long storedVersion, long knownVersion);

    [LoggerMessage(EventId = 103, EventName = nameof(RoundFailed), Level = LogLevel.Warning,
        Message = "The cluster index could not begin its round; it tries again in a second.")]
    public static partial void RoundFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 104, EventName = nameof(AskFailed), Level = LogLevel.Debug,
        Message = "Instance {Instance} could not say whether it knows its interruption to be counted; it is asked again.")]
    public static partial void AskFailed(this ILogger logger, Exception exception, string instance);

    [LoggerMessage(EventId = 105, EventName = nameof(AskClusterFailed), Level = LogLevel.Warning,
        Message = "Cluster {Cluster} could not tell its counts to the index; it is asked again in a second. Until each has answered once no cluster-wide series is served.")]
    public static partial void AskClusterFailed(this ILogger logger, Exception exception, string cluster);

    [LoggerMessage(EventId = 106, EventName = nameof(WakeFailed), Level = LogLevel.Debug,
        Message = "Instance {Instance} could not be woken for its interruption that waits for a cluster; it is woken again.")]
    public static partial void WakeFailed(this ILogger logger, Exception exception, string instance);

    [LoggerMessage(EventId = 107, EventName = nameof(RegisterRoundFailed), Level = LogLevel.Warning,
        Message = "Shard {Shard} of the list of unattributed interruptions could not do its round; it tries again within a minute.")]
    public static partial void RegisterRoundFailed(this ILogger logger, Exception exception, string shard);

    [LoggerMessage(EventId = 108, EventName = nameof(SegmentsLost), Level = LogLevel.Error,
        Message = "The store has lost {Segments} records of interruptions that cluster {Cluster} has counted. Its counts are not affected. "
            + "Check how the store keeps its data and what it was restored from.")]
    public static partial void SegmentsLost(this ILogger logger, string cluster, int segments);

    [LoggerMessage(EventId = 109, EventName = nameof(ClusterLost), Level = LogLevel.Error,
        Message = "The store has lost cluster {Cluster}: it is no longer shown, and counts from zero when a node of it is heard of. "
            + "Check how the store keeps its data and what it was restored from.")]
    public static partial void ClusterLost(this ILogger logger, string cluster);

    [LoggerMessage(EventId = 110, EventName = nameof(ClusterNameLost), Level = LogLevel.Error,
        Message = "The store has lost cluster {Cluster} in its index. It holds the counts: the cluster is entered again and no count is affected. "
            + "Check how the store keeps its data and what it was restored from.")]
    public static partial void ClusterNameLost(this ILogger logger, string cluster);

    [LoggerMessage(EventId = 111, EventName = nameof(ConfirmFailed), Level = LogLevel.Debug,
        Message = "Cluster {Cluster} could not be told which counts its instances have recorded; it asks them.")]
    public static partial void ConfirmFailed(this ILogger logger, Exception exception, string cluster);

    [LoggerMessage(EventId = 112, EventName = nameof(DispatchFailed), Level = LogLevel.Debug,
        Message = "Instance {Instance} could not take its events; they are taken to it again.")]
    public static partial void DispatchFailed(this ILogger logger, Exception exception, string instance);

    [LoggerMessage(EventId = 113, EventName = nameof(Interrupted), Level = LogLevel.Information,
        Message = "Interrupted: {Instance}, {Reason} at {At:u}, lived {Lifetime}; GKE cluster {Cluster}, node pool {NodePool}, {MachineType}, {ProvisioningModel}.")]
    public static partial void Interrupted(
        this ILogger logger,
        string instance,
        string reason,
        DateTimeOffset at,
        string lifetime,
        string cluster,
        string nodePool,
        string machineType,
        string provisioningModel);

    [LoggerMessage(EventId = 114, EventName = nameof(StormBegan), Level = LogLevel.Warning,
        Message = "A storm began in GKE cluster {Cluster}, {Where}: {Lost} of {Nodes} nodes were lost within minutes. Move work that must not stop to on-demand nodes.")]
    public static partial void StormBegan(this ILogger logger, string where, string cluster, long lost, long nodes);

    [LoggerMessage(EventId = 115, EventName = nameof(StormEnded), Level = LogLevel.Warning,
        Message = "The storm in GKE cluster {Cluster}, {Where}, that began at {Since:u} is over.")]
    public static partial void StormEnded(this ILogger logger, string where, string cluster, DateTimeOffset since);

    [LoggerMessage(EventId = 116, EventName = nameof(StormLookFailed), Level = LogLevel.Warning,
        Message = "Cluster {Cluster} could not read its nodes or store a storm; none begins until it can. It tries again within seconds. Counts are not affected.")]
    public static partial void StormLookFailed(this ILogger logger, Exception exception, string cluster);

    [LoggerMessage(EventId = 120, EventName = nameof(SubscriptionLostMessages), Level = LogLevel.Warning,
        Message = "Subscription {Subscription} was not pulled from {LastPulledAt:u} to {PulledAt:u}, longer than it keeps messages ({Retention}). "
            + "Preemptions of that time are counted from the Compute API as far as it knows them; all else is lost.")]
    public static partial void SubscriptionLostMessages(
        this ILogger logger, string subscription, DateTimeOffset lastPulledAt, DateTimeOffset pulledAt, TimeSpan retention);

    [LoggerMessage(EventId = 121, EventName = nameof(GapGivenUp), Level = LogLevel.Error,
        Message = "What subscription {Subscription} lost from {From:u} to {Until:u} was not repaired for {Projects} while the Compute API still knew it, "
            + "and is lost. Look for GapNotRepaired in the log to see why, so that the next gap is repaired.")]
    public static partial void GapGivenUp(
        this ILogger logger, string subscription, DateTimeOffset from, DateTimeOffset until, string projects);
}
