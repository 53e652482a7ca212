namespace OrleansSie.Silo.Configuration;

/// <summary>How silos find each other. The names are the values of <c>clustering.provider</c>.</summary>
internal enum ClusteringProvider
{
    /// <summary>One silo, which looks for no other.</summary>
    localhost,

    /// <summary>Several silos that share a membership table in Redis.</summary>
    redis,

    /// <summary>Several silos that share a membership table in the Kubernetes API.</summary>
    kubernetes,
}
