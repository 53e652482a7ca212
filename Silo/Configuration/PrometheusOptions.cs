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
}
