namespace OrleansSie.Silo.Configuration;

/// <summary>What is kept of clusters: the <c>clusters</c> section.</summary>
internal sealed class ClustersOptions
{
    /// <summary>How long a cluster is shown without anything heard of its nodes. Default: null, which is for ever.</summary>
    public TimeSpan? Retention { get; init; }
}
