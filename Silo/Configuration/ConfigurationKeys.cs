namespace OrleansSie.Silo.Configuration;

/// <summary>The table of settings. The loader, the overrides, the faults and docs/configuration.md all follow it.</summary>
internal static class ConfigurationKeys
{
    public static ConfigurationKey<LogLevel> LogLevel { get; } = new(
        "log_level", ValueFormats.Level, options => options.LogLevel,
        "Lowest level logged; the original's names work.");

    public static ConfigurationKey<LogFormat> LogFormat { get; } = new(
        "log_format", ValueFormats.OneOf<LogFormat>(), options => options.LogFormat,
        "Form of log lines.");

    public static ConfigurationKey<string> ProjectName { get; } = new(
        "project_name", ValueFormats.ProjectId, options => options.ProjectName,
        "Google Cloud project to watch; short subscription names belong to it.")
    {
        DefaultInWords = "required without `projects`; `local-project` in local mode",
    };

    public static ConfigurationKey<bool> ProjectsOnly { get; } = new(
        "projects_only", ValueFormats.Flag, options => options.ProjectsOnly,
        "Drops events of projects that are not configured.");

    public static ConfigurationKey<string?> ClusterName { get; } = new(
        "cluster_name", ValueFormats.Anything, options => options.ClusterName,
        "None; the original has it.");

    public static ConfigurationKey<string> CreationSubscription { get; } = new(
        "pubsub.instance_creation_subscription_name", ValueFormats.Subscription,
        options => options.PubSub.InstanceCreationSubscriptionName,
        "Subscription of creations; may also be that of interruptions.");

    public static ConfigurationKey<string> InterruptionSubscription { get; } = new(
        "pubsub.instance_interruption_subscription_name", ValueFormats.Subscription,
        options => options.PubSub.InstanceInterruptionSubscriptionName,
        "Subscription of interruptions.");

    public static ConfigurationKey<TimeSpan> MessageRetention { get; } = new(
        "pubsub.message_retention", ValueFormats.Duration("10m", "31d"), options => options.PubSub.MessageRetention,
        "Message retention of the subscriptions; this key does not set it.");

    public static ConfigurationKey<int> PrometheusPort { get; } = new(
        "prometheus.port", ValueFormats.Port, options => options.Prometheus.Port,
        "TCP port of metrics and health checks.");

    public static ConfigurationKey<string> PrometheusPath { get; } = new(
        "prometheus.path", ValueFormats.MetricsPath, options => options.Prometheus.Path,
        "Path of the metrics.");

    public static ConfigurationKey<string> PrometheusAddress { get; } = new(
        "prometheus.address", ValueFormats.ListenAddress, options => options.Prometheus.Address,
        "IP address of metrics and health checks.")
    {
        DefaultInWords = "`::`; `127.0.0.1` in local mode",
    };

    public static ConfigurationKey<string> ClusterLabel { get; } = new(
        "prometheus.cluster_label", ValueFormats.LabelName, options => options.Prometheus.ClusterLabel,
        "Label of the GKE cluster's name; the newest original has `target_kubernetes_cluster`.");

    public static ConfigurationKey<IReadOnlyList<string>> DropLabels { get; } = new(
        "metrics.drop_labels", ValueFormats.SomeOf(MetricsOptions.Labels), options => options.Metrics.DropLabels,
        "Labels that `sie_interruptions_total` and similar metrics do without. Counts are stored with all of them.");

    public static ConfigurationKey<int> MaxClusters { get; } = new(
        "metrics.max_clusters", ValueFormats.Number(1, 100_000), options => options.Metrics.MaxClusters,
        "GKE clusters with series of their own; the others share `__other__`.");

    public static ConfigurationKey<int> MaxSeriesPerCluster { get; } = new(
        "metrics.max_series_per_cluster", ValueFormats.Number(100, 1_000_000), options => options.Metrics.MaxSeriesPerCluster,
        "Series of one GKE cluster's pools; pools without a place share `__other__`.");

    public static ConfigurationKey<double> StormBegin { get; } = new(
        "storm.begin_ratio", ValueFormats.Ratio, options => options.Storm.BeginRatio,
        "Share of a node pool's or GKE cluster's nodes that is lost within 5 minutes when a storm begins.");

    public static ConfigurationKey<double> StormEnd { get; } = new(
        "storm.end_ratio", ValueFormats.Ratio, options => options.Storm.EndRatio,
        "A storm ends when less than this share was lost within 15 minutes.");

    public static ConfigurationKey<int> StormMinLost { get; } = new(
        "storm.min_lost", ValueFormats.Number(1, 100_000), options => options.Storm.MinLost,
        "Fewer lost nodes begin no storm.");

    public static ConfigurationKey<StorageProvider> StorageProvider { get; } = new(
        "storage.provider", ValueFormats.OneOf<StorageProvider>(), options => options.Storage.Provider,
        "Where counts are kept; `memory` is for tests.");

    public static ConfigurationKey<string> StoragePath { get; } = new(
        "storage.path", ValueFormats.FilePath, options => options.Storage.Path,
        "Folder of the embedded store; use a lasting disk.");

    public static ConfigurationKey<string> StorageMemory { get; } = new(
        "storage.memory", ValueFormats.MemorySize, options => options.Storage.Memory,
        "Memory of the embedded store's cache.");

    public static RedisKeys StorageRedis { get; } = new(
        "storage.redis", options => options.Storage.Redis,
        "Redis server of the counts; required with provider `redis`.", ConfigurationKey.NotSet);

    public static ConfigurationKey<ClusteringProvider> ClusteringProvider { get; } = new(
        "clustering.provider", ValueFormats.OneOf<ClusteringProvider>(), options => options.Clustering.Provider,
        "How replicas find each other; `localhost` is for one replica.");

    public static ConfigurationKey<int> SiloPort { get; } = new(
        "clustering.silo_port", ValueFormats.Port, options => options.Clustering.SiloPort,
        "TCP port between replicas.")
    {
        DefaultInWords = $"`{ClusteringOptions.SharedSiloPort}`; `0` with `localhost`",
    };

    public static ConfigurationKey<int?> GatewayPort { get; } = new(
        "clustering.gateway_port", ValueFormats.PortOrNone, options => options.Clustering.GatewayPort,
        "TCP port of the Orleans gateway; not needed.");

    public static ConfigurationKey<string> ClusterId { get; } = new(
        "clustering.cluster_id", ValueFormats.Identifier, options => options.Clustering.ClusterId,
        "Replicas of one id work together.");

    public static ConfigurationKey<string> ServiceId { get; } = new(
        "clustering.service_id", ValueFormats.Identifier, options => options.Clustering.ServiceId,
        "Names the data in the store; a new id starts without counts.");

    public static ConfigurationKey<string?> AdvertisedAddress { get; } = new(
        "clustering.advertised_address", ValueFormats.ReachableAddress, options => options.Clustering.AdvertisedAddress,
        "IP address at which other replicas reach this one.")
    {
        FallbackVariable = "POD_IP",
        DefaultInWords = "`POD_IP`, else Orleans' choice",
    };

    public static ConfigurationKey<string?> SiloName { get; } = new(
        "clustering.silo_name", ValueFormats.OptionalName, options => options.Clustering.SiloName,
        "This replica's name in logs and the membership table.")
    {
        FallbackVariable = "POD_NAME",
        DefaultInWords = "`POD_NAME`, else Orleans' choice",
    };

    public static RedisKeys ClusteringRedis { get; } = new(
        "clustering.redis", options => options.Clustering.Redis,
        "Redis server of the membership table.", "that of `storage.redis`");

    public static ConfigurationKey<string?> KubernetesConfigMap { get; } = new(
        "clustering.kubernetes.config_map", ValueFormats.ConfigMapName, options => options.Clustering.Kubernetes.ConfigMap,
        "ConfigMap of the membership table; that of the heartbeats adds `-alive`.")
    {
        DefaultInWords = "made of service and cluster id",
    };

    public static ConfigurationKey<string?> KubernetesNamespace { get; } = new(
        "clustering.kubernetes.namespace", ValueFormats.KubernetesNamespace, options => options.Clustering.Kubernetes.Namespace,
        "Namespace of both ConfigMaps.")
    {
        FallbackVariable = "POD_NAMESPACE",
        DefaultInWords = "`POD_NAMESPACE`, else the service account's",
    };

    public static ConfigurationKey<string?> ComputeEndpoint { get; } = new(
        "compute.endpoint", ValueFormats.Endpoint, options => options.Compute.Endpoint,
        "Compute API; plain http gets no credentials.")
    {
        DefaultInWords = $"`{ComputeOptions.GoogleEndpoint}`",
    };

    public static ConfigurationKey<bool> InventoryEnabled { get; } = new(
        "inventory.enabled", ValueFormats.Flag, options => options.Inventory.Enabled,
        "Lists instances; off in local mode.");

    public static ConfigurationKey<TimeSpan> InventoryInterval { get; } = new(
        "inventory.interval", ValueFormats.Duration("10s", "1d"), options => options.Inventory.Interval,
        "Time from one listing's start to the next.");

    public static ConfigurationKey<InventoryFilter> InventoryFilter { get; } = new(
        "inventory.filter", ValueFormats.OneOf<InventoryFilter>(), options => options.Inventory.Filter,
        "Who picks GKE nodes: this program (least quota) or the API (least traffic).");

    public static ConfigurationKey<bool> RepairEnabled { get; } = new(
        "repair.enabled", ValueFormats.Flag, options => options.Repair.Enabled,
        "Repairs gaps of a long downtime; off in local mode.");

    public static ConfigurationKey<TimeSpan> AttributionTimeout { get; } = new(
        "attribution.timeout", ValueFormats.Duration("1m", "14d"), options => options.Attribution.Timeout,
        "When an unattributed interruption is given up.");

    public static ConfigurationKey<TimeSpan> InstancesRetention { get; } = new(
        "instances.retention", ValueFormats.Duration("14d", "3650d"), options => options.Instances.Retention,
        "How long an instance's record stays without news; see below.");

    public static ConfigurationKey<TimeSpan?> ClustersRetention { get; } = new(
        "clusters.retention", ValueFormats.DurationOrNever("14d", "3650d"), options => options.Clusters.Retention,
        "How long a GKE cluster without news is shown; at least `instances.retention`.");

    public static ConfigurationKey<int> LocalPubSubPort { get; } = new(
        "local.pubsub_port", ValueFormats.Port, options => options.Local.PubSubPort,
        "TCP port of local mode's Pub/Sub.");

    /// <summary>Every key that stands once, in the order of the documentation; those of the list are <see cref="ProjectKeys"/>.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        LogLevel, LogFormat, ProjectName, ProjectsOnly, ClusterName,
        CreationSubscription, InterruptionSubscription, MessageRetention,
        PrometheusPort, PrometheusPath, PrometheusAddress, ClusterLabel,
        DropLabels, MaxClusters, MaxSeriesPerCluster,
        StormBegin, StormEnd, StormMinLost,
        StorageProvider, StoragePath, StorageMemory, .. StorageRedis.All,
        ClusteringProvider, SiloPort, GatewayPort, ClusterId, ServiceId, AdvertisedAddress, SiloName, .. ClusteringRedis.All,
        KubernetesConfigMap, KubernetesNamespace,
        ComputeEndpoint, InventoryEnabled, InventoryInterval, InventoryFilter, RepairEnabled, AttributionTimeout, InstancesRetention,
        ClustersRetention,
        LocalPubSubPort,
    ];

    /// <summary>The keys of <see cref="All"/> and of every entry of the list, by their paths.</summary>
    public static IReadOnlyDictionary<string, ConfigurationKey> ByPath { get; } =
        All.Concat(ProjectKeys.Entries.SelectMany(entry => entry.All)).ToDictionary(key => key.Path, StringComparer.Ordinal);

    /// <summary>The paths that a wrong one can have meant: of the list only those of the entry that it speaks of.</summary>
    public static IEnumerable<string> PathsNear(string path) =>
        All.Concat(ProjectKeys.Entries
                .Where(entry => path.StartsWith(entry.Entry + ".", StringComparison.OrdinalIgnoreCase))
                .SelectMany(entry => entry.All))
            .Select(key => key.Path);
}
