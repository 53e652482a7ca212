namespace OrleansSie.Silo.Configuration;

/// <summary>Where the membership table is in Kubernetes: the <c>clustering.kubernetes</c> section.</summary>
internal sealed class KubernetesOptions
{
    /// <summary>The ConfigMap of the table. Default: null, for a name made of service and cluster id.</summary>
    public string? ConfigMap { get; init; }

    /// <summary>Its namespace. Default: <c>POD_NAMESPACE</c>, else null for that of the service account.</summary>
    public string? Namespace { get; init; }
}
