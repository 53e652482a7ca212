using Microsoft.Extensions.Options;

namespace Orleans.Clustering.Kubernetes;

/// <summary>Refuses options that cannot work before anything starts, all faults at once.</summary>
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
