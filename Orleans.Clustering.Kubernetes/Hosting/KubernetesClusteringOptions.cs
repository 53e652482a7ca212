using k8s;

namespace Orleans.Clustering.Kubernetes;

/// <summary>Where the membership table is, and how long is waited for it.</summary>
public sealed class KubernetesClusteringOptions
{
    /// <summary>The namespace of both ConfigMaps. Default: the variable POD_NAMESPACE, else the namespace of the service account or kubeconfig.</summary>
    public string? Namespace { get; set; }

    /// <summary>
    /// The ConfigMap that holds the table; that of the heartbeats has the same name and <c>-alive</c>. Default: made of service and cluster
    /// id, as in <c>orleans-shop-prod-1a2b3c4d</c>.
    /// </summary>
    public string? ConfigMapName { get; set; }

    /// <summary>How long one call to the API server may take. Default: 5 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one operation on the table may take, with all that is tried again in it. Default: 15 s.</summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a starting silo tries to reach the table before it gives up. Default: 60 s.</summary>
    public TimeSpan InitTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether a starting silo declares dead whoever bears its name with an earlier start. Only where a name belongs to one process at a
    /// time, as the pod names of a StatefulSet do: then a killed pod's successor need not wait until its old row is found stale. Default: no.
    /// </summary>
    public bool EndPredecessors { get; set; }

    /// <summary>
    /// How the API server is reached. Default: in a pod by its service account, elsewhere by KUBECONFIG or ~/.kube/config.
    /// </summary>
    public Func<KubernetesClientConfiguration>? GetClientConfiguration { get; set; }
}
