using Microsoft.Extensions.Options;
using k8s;

namespace Orleans.Clustering.Kubernetes;

/// <summary>Where the membership table is, and how long to wait for it.</summary>
public sealed class KubernetesClusteringOptions
{
    /// <summary>The namespace of both ConfigMaps. Default: the variable POD_NAMESPACE, else the namespace of the service account or kubeconfig.</summary>
    public string? Namespace { get; set; }

    /// <summary>
    /// The ConfigMap that holds the table. That of the heartbeats has the same name with <c>-alive</c>. Default: a name made of service and
    /// cluster id, such as <c>orleans-shop-prod-1a2b3c4d</c>.
    /// </summary>
    public string? ConfigMapName { get; set; }

    /// <summary>How long one call to the API server may take. Default: 5 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one operation on the table may take, with all its retries. Default: 15 s.</summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a starting silo tries to reach the table before it gives up. Default: 60 s.</summary>
    public TimeSpan InitTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether a starting silo declares older silos of its name dead. Use it only where one process at a time has a name, as with the pods
    /// of a StatefulSet. The successor of a killed pod then does not wait until the old row is stale. Default: false.
    /// </summary>
    public bool EndPredecessors { get; set; }

    /// <summary>
    /// How the API server is reached. Default: in a pod by its service account, elsewhere by KUBECONFIG or ~/.kube/config.
    /// </summary>
    public Func<KubernetesClientConfiguration>? GetClientConfiguration { get; set; }
}

/// <summary>Refuses options that cannot work before the silo starts, with all faults at once.</summary>
internal sealed class KubernetesClusteringCheck(IOptions<KubernetesClusteringOptions> options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var faults = Faults(options.Value).ToArray();
        if (faults.Length > 0)
        {
            throw new OrleansConfigurationException($"{nameof(KubernetesClusteringOptions)}: {string.Join(" ", faults)}");
        }
    }

    private static IEnumerable<string> Faults(KubernetesClusteringOptions options)
    {
        if (options.Namespace is { } space && !KubernetesNames.IsLabel(space))
        {
            yield return $"Namespace '{space}' is no name of a namespace: lower-case letters, digits and dashes, at most 63.";
        }

        if (options.ConfigMapName is { } name && !KubernetesNames.IsSubdomain(name, TableIdentity.AliveSuffix.Length))
        {
            yield return $"ConfigMapName '{name}' is no name of a ConfigMap: lower-case letters, digits, dashes and dots, at most {253 - TableIdentity.AliveSuffix.Length}.";
        }

        foreach (var (key, value) in new[]
        {
            (nameof(options.RequestTimeout), options.RequestTimeout),
            (nameof(options.OperationTimeout), options.OperationTimeout),
            (nameof(options.InitTimeout), options.InitTimeout),
        })
        {
            if (value <= TimeSpan.Zero)
            {
                yield return $"{key} must be longer than nothing.";
            }
        }

        if (options.RequestTimeout > options.OperationTimeout)
        {
            yield return "RequestTimeout must not be longer than OperationTimeout.";
        }
    }
}
