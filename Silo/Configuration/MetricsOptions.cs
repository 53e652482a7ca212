namespace OrleansSie.Silo.Configuration;

/// <summary>Where and how metrics are served: the <c>prometheus</c> section.</summary>
internal sealed class PrometheusOptions
{
    /// <summary>The address of local mode: this machine alone.</summary>
    public const string LoopbackAddress = "127.0.0.1";

    /// <summary>The address of every other mode: all of the machine, of IPv4 and IPv6.</summary>
    public const string AnyAddress = "::";

    /// <summary>TCP port of metrics and health checks; 0 takes any free port. Default: 8090.</summary>
    public int Port { get; init; } = 8090;

    /// <summary>Path of the metrics document. Default: <c>/metrics</c>.</summary>
    public string Path { get; init; } = "/metrics";

    /// <summary>Path of the document that holds the cluster-wide series alone.</summary>
    public string ClusterPath => Path.TrimEnd('/') + "/cluster";

    /// <summary>IP address to listen on. Default: <see cref="LoopbackAddress"/> in local mode, else <see cref="AnyAddress"/>.</summary>
    public string Address { get; init; } = LoopbackAddress;

    /// <summary>Name of the label that holds the cluster's name. Default: <c>kubernetes_cluster</c>.</summary>
    public string ClusterLabel { get; init; } = "kubernetes_cluster";

    /// <summary>What is set.</summary>
    public static PrometheusOptions From(Settings settings, bool isLocal) => new()
    {
        Port = settings.Get(ConfigurationKeys.PrometheusPort),
        Path = settings.Get(ConfigurationKeys.PrometheusPath),
        Address = settings.Get(ConfigurationKeys.PrometheusAddress, isLocal ? LoopbackAddress : AnyAddress),
        ClusterLabel = settings.Get(ConfigurationKeys.ClusterLabel),
    };
}

/// <summary>When the losses of a node pool, or of a GKE cluster, are a storm: the <c>storm</c> section.</summary>
internal sealed class StormOptions
{
    /// <summary>A storm begins when this share of the nodes is lost within 5 minutes. Default: 0.2.</summary>
    public double BeginRatio { get; init; } = 0.2;

    /// <summary>It ends when less than this share was lost within 15 minutes. Default: 0.05.</summary>
    public double EndRatio { get; init; } = 0.05;

    /// <summary>Fewer lost nodes begin none. Default: 3.</summary>
    public int MinLost { get; init; } = 3;

    /// <summary>What is set.</summary>
    public static StormOptions From(Settings settings) => new()
    {
        BeginRatio = settings.Get(ConfigurationKeys.StormBegin),
        EndRatio = settings.Get(ConfigurationKeys.StormEnd),
        MinLost = settings.Get(ConfigurationKeys.StormMinLost),
    };
}

/// <summary>Which series there are, and how many: the <c>metrics</c> section.</summary>
internal sealed class MetricsOptions
{
    /// <summary>The labels of interruptions, in the order in which they are written; that of the cluster's name is under its default name.</summary>
    public static IReadOnlyList<string> Labels { get; } =
        ["project_id", "location", "kubernetes_cluster", "node_pool", "zone", "machine_type", "provisioning_model", "reason"];

    /// <summary>Labels that are left out; counts that differ in nothing else are added up. Default: none.</summary>
    public IReadOnlyList<string> DropLabels { get; init; } = [];

    /// <summary>How many GKE clusters get series of their own. Default: 1000.</summary>
    public int MaxClusters { get; init; } = 1_000;

    /// <summary>How many series the pools of one GKE cluster get; a histogram's buckets count. Default: 10000.</summary>
    public int MaxSeriesPerCluster { get; init; } = 10_000;

    /// <summary>What is set.</summary>
    public static MetricsOptions From(Settings settings) => new()
    {
        DropLabels = settings.Get(ConfigurationKeys.DropLabels),
        MaxClusters = settings.Get(ConfigurationKeys.MaxClusters),
        MaxSeriesPerCluster = settings.Get(ConfigurationKeys.MaxSeriesPerCluster),
    };
}
