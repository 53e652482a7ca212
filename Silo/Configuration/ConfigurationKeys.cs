namespace OrleansSie.Silo.Configuration;

/// <summary>The table of settings. The loader, the overrides, the faults and docs/configuration.md all follow it.</summary>
internal static class ConfigurationKeys
{
    public static ConfigurationKey<LogLevel> LogLevel { get; } = new(
        "log_level", ValueFormats.Level, options => options.LogLevel,
        "The lowest level that is logged; the original's other level names are understood too.");

    public static ConfigurationKey<LogFormat> LogFormat { get; } = new(
        "log_format", ValueFormats.OneOf<LogFormat>(), options => options.LogFormat,
        "How log lines are written: text for people, json for log collectors.");

    public static ConfigurationKey<string> ProjectName { get; } = new(
        "project_name", ValueFormats.ProjectId, options => options.ProjectName,
        "The Google Cloud project whose instances are watched and that short subscription names belong to.")
    {
        DefaultInWords = "required, unless `projects` names one; `local-project` in local mode",
    };

    public static ConfigurationKey<bool> ProjectsOnly { get; } = new(
        "projects_only", ValueFormats.Flag, options => options.ProjectsOnly,
        "Whether events of projects that are not configured are left out; else they count too, with their own project.");

    public static ConfigurationKey<string?> ClusterName { get; } = new(
        "cluster_name", ValueFormats.Anything, options => options.ClusterName,
        "None: accepted because the original accepts it.");

    public static ConfigurationKey<string> CreationSubscription { get; } = new(
        "pubsub.instance_creation_subscription_name", ValueFormats.Subscription,
        options => options.PubSub.InstanceCreationSubscriptionName,
        "The subscription that instance creations are pulled from; may be the same as the other one.");

    public static ConfigurationKey<string> InterruptionSubscription { get; } = new(
        "pubsub.instance_interruption_subscription_name", ValueFormats.Subscription,
        options => options.PubSub.InstanceInterruptionSubscriptionName,
        "The subscription that interruptions are pulled from.");

    public static ConfigurationKey<TimeSpan> MessageRetention { get; } = new(
        "pubsub.message_retention", ValueFormats.Duration("10m", "31d"), options => options.PubSub.MessageRetention,
        "How long the subscriptions keep messages, as they were created; it is told here, not set there.");

    public static ConfigurationKey<int> PrometheusPort { get; } = new(
        "prometheus.port", ValueFormats.Port, options => options.Prometheus.Port,
        "The TCP port of metrics and health checks.");

    public static ConfigurationKey<string> PrometheusPath { get; } = new(
        "prometheus.path", ValueFormats.MetricsPath, options => options.Prometheus.Path,
        "The path of the metrics document.");

    public static ConfigurationKey<string> PrometheusAddress { get; } = new(
        "prometheus.address", ValueFormats.ListenAddress, options => options.Prometheus.Address,
        "The IP address that metrics and health checks are served on.")
    {
        DefaultInWords = "`::`; `127.0.0.1` in local mode",
    };

    public static ConfigurationKey<string> ClusterLabel { get; } = new(
        "prometheus.cluster_label", ValueFormats.LabelName, options => options.Prometheus.ClusterLabel,
        "The name of the label that holds the cluster's name; the original's newest version has target_kubernetes_cluster.");

    public static ConfigurationKey<StorageProvider> StorageProvider { get; } = new(
        "storage.provider", ValueFormats.OneOf<StorageProvider>(), options => options.Storage.Provider,
        "Where counts are kept: in files of this process, in Redis, or (for tests) nowhere durable.");

    public static ConfigurationKey<string> StoragePath { get; } = new(
        "storage.path", ValueFormats.FilePath, options => options.Storage.Path,
        "The directory of the embedded store's files; keep it on a disk that outlives the process.");

    public static ConfigurationKey<string> StorageMemory { get; } = new(
        "storage.memory", ValueFormats.MemorySize, options => options.Storage.Memory,
        "The memory that the embedded store may take; what exceeds it is kept on disk.");

    public static RedisKeys StorageRedis { get; } = new(
        "storage.redis", options => options.Storage.Redis,
        "The Redis server that keeps the counts; required with storage.provider redis.", ConfigurationKey.NotSet);

    public static ConfigurationKey<ClusteringProvider> ClusteringProvider { get; } = new(
        "clustering.provider", ValueFormats.OneOf<ClusteringProvider>(), options => options.Clustering.Provider,
        "How silos find each other: localhost is for one silo, kubernetes for the pods of a StatefulSet, redis for several silos elsewhere.");

    public static ConfigurationKey<int> SiloPort { get; } = new(
        "clustering.silo_port", ValueFormats.Port, options => options.Clustering.SiloPort,
        "The TCP port that silos talk to each other on.")
    {
        DefaultInWords = $"`{ClusteringOptions.SharedSiloPort}`; `0` with `localhost`",
    };

    public static ConfigurationKey<int?> GatewayPort { get; } = new(
        "clustering.gateway_port", ValueFormats.PortOrNone, options => options.Clustering.GatewayPort,
        "The TCP port of the Orleans gateway; nothing of ours needs it.");

    public static ConfigurationKey<string> ClusterId { get; } = new(
        "clustering.cluster_id", ValueFormats.Identifier, options => options.Clustering.ClusterId,
        "Silos with the same id form one cluster; a new id starts a new membership table.");

    public static ConfigurationKey<string> ServiceId { get; } = new(
        "clustering.service_id", ValueFormats.Identifier, options => options.Clustering.ServiceId,
        "Names the data in the store; a new id starts with no counts.");

    public static ConfigurationKey<string?> AdvertisedAddress { get; } = new(
        "clustering.advertised_address", ValueFormats.ReachableAddress, options => options.Clustering.AdvertisedAddress,
        "The IP address that the other silos reach this one at.")
    {
        FallbackVariable = "POD_IP",
        DefaultInWords = "the variable `POD_IP`, else Orleans' own choice",
    };

    public static ConfigurationKey<string?> SiloName { get; } = new(
        "clustering.silo_name", ValueFormats.OptionalName, options => options.Clustering.SiloName,
        "This silo's name in logs and in the membership table.")
    {
        FallbackVariable = "POD_NAME",
        DefaultInWords = "the variable `POD_NAME`, else Orleans' own choice",
    };

    public static RedisKeys ClusteringRedis { get; } = new(
        "clustering.redis", options => options.Clustering.Redis,
        "The Redis server of the membership table with clustering.provider redis.", "that of `storage.redis`");

    public static ConfigurationKey<string?> KubernetesConfigMap { get; } = new(
        "clustering.kubernetes.config_map", ValueFormats.ConfigMapName, options => options.Clustering.Kubernetes.ConfigMap,
        "The ConfigMap of the membership table with clustering.provider kubernetes; heartbeats are in that of the same name with -alive.")
    {
        DefaultInWords = "made of service and cluster id",
    };

    public static ConfigurationKey<string?> KubernetesNamespace { get; } = new(
        "clustering.kubernetes.namespace", ValueFormats.KubernetesNamespace, options => options.Clustering.Kubernetes.Namespace,
        "The namespace of those ConfigMaps.")
    {
        FallbackVariable = "POD_NAMESPACE",
        DefaultInWords = "the variable `POD_NAMESPACE`, else the service account's namespace",
    };

    public static ConfigurationKey<string?> ComputeEndpoint { get; } = new(
        "compute.endpoint", ValueFormats.Endpoint, options => options.Compute.Endpoint,
        "Another address of the Compute API than Google's; to one of plain http no credentials are sent.")
    {
        DefaultInWords = $"`{ComputeOptions.GoogleEndpoint}`",
    };

    public static ConfigurationKey<bool> InventoryEnabled { get; } = new(
        "inventory.enabled", ValueFormats.Flag, options => options.Inventory.Enabled,
        "Whether the projects' instances are listed by the Compute API; off in local mode.");

    public static ConfigurationKey<TimeSpan> InventoryInterval { get; } = new(
        "inventory.interval", ValueFormats.Duration("10s", "1d"), options => options.Inventory.Interval,
        "The time between the starts of two listings of a project.");

    public static ConfigurationKey<InventoryFilter> InventoryFilter { get; } = new(
        "inventory.filter", ValueFormats.OneOf<InventoryFilter>(), options => options.Inventory.Filter,
        "Who picks GKE's nodes out of a project's instances: this program (needs the least of the API's quota) or the API (less traffic).");

    public static ConfigurationKey<bool> RepairEnabled { get; } = new(
        "repair.enabled", ValueFormats.Flag, options => options.Repair.Enabled,
        "Whether preemptions that were missed while no silo ran are read from the Compute API's operations; off in local mode.");

    public static ConfigurationKey<TimeSpan> AttributionTimeout { get; } = new(
        "attribution.timeout", ValueFormats.Duration("1m", "14d"), options => options.Attribution.Timeout,
        "How long after its arrival an interruption waits for its cluster before it is declared unattributed.");

    public static ConfigurationKey<TimeSpan> InstancesRetention { get; } = new(
        "instances.retention", ValueFormats.Duration("14d", "3650d"), options => options.Instances.Retention,
        "How long an instance's record stays after it was last heard of; at least 14 days longer than pubsub.message_retention.");

    public static ConfigurationKey<TimeSpan?> ClustersRetention { get; } = new(
        "clusters.retention", ValueFormats.DurationOrNever("14d", "3650d"), options => options.Clusters.Retention,
        "How long a cluster is shown of whose nodes nothing is heard; at least instances.retention.");

    public static ConfigurationKey<int> LocalPubSubPort { get; } = new(
        "local.pubsub_port", ValueFormats.Port, options => options.Local.PubSubPort,
        "The TCP port on 127.0.0.1 of the Pub/Sub that local mode brings; without effect otherwise.");

    /// <summary>Every key that stands once, in the order of the documentation; those of the list are <see cref="ProjectKeys"/>.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        LogLevel, LogFormat, ProjectName, ProjectsOnly, ClusterName,
        CreationSubscription, InterruptionSubscription, MessageRetention,
        PrometheusPort, PrometheusPath, PrometheusAddress, ClusterLabel,
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
