using Orleans.Concurrency;

namespace OrleansSie.Grains.Interfaces;

/// <summary>The GKE nodes of one project, as its listings count them, and how long they have run. Key: the project's id.</summary>
[Alias("sie.INodesGrain")]
public interface INodesGrain : IGrainWithStringKey
{
    /// <summary>When each zone was last listed whole; what a worker has to know before it lists.</summary>
    [Alias("get-listed")]
    Task<IReadOnlyDictionary<string, DateTimeOffset>> GetListed();

    /// <summary>
    /// Takes what a listing found. A zone whose last listing is not the one that the worker knew, or is no older, is left out: a listing that
    /// is told twice, or by two workers, counts once. When it returns, the rest is durable. A listing whose time is more than an hour from
    /// this silo's clock is refused with an <see cref="InvalidOperationException"/>.
    /// </summary>
    [Alias("take")]
    Task Take(NodeListing listing);

    /// <summary>What the store holds.</summary>
    /// <param name="knownVersion">The newest version that the caller has seen.</param>
    /// <param name="confirm">Whether to check in the store that no other activation has written since.</param>
    [AlwaysInterleave, Alias("get-snapshot")]
    Task<NodeSnapshot> GetSnapshot(long knownVersion, bool confirm);

    /// <summary>What this activation knows of one GKE cluster's nodes.</summary>
    /// <param name="cluster">Key of the GKE cluster as text.</param>
    [AlwaysInterleave, Alias("get-cluster-nodes")]
    Task<NodeSnapshot> GetClusterNodes(string cluster);
}

/// <summary>The labels that nodes are counted under.</summary>
/// <param name="Cluster">Key of the GKE cluster as text.</param>
/// <param name="Pool">The capacity pool.</param>
[GenerateSerializer, Immutable, Alias("sie.node-labels")]
public sealed record NodeLabels(string Cluster, CapacityPool Pool);

/// <summary>One listing of a project, as far as it is whole.</summary>
/// <param name="At">When it began.</param>
/// <param name="Zones">The zones that it holds whole.</param>
[GenerateSerializer, Immutable, Alias("sie.node-listing")]
public sealed record NodeListing(DateTimeOffset At, IReadOnlyList<ZoneListing> Zones);

/// <summary>The running nodes of one zone.</summary>
/// <param name="Zone">The zone.</param>
/// <param name="Before">The zone's last whole listing, as the worker knew it; null if there was none.</param>
/// <param name="Nodes">Its nodes by their labels.</param>
[GenerateSerializer, Immutable, Alias("sie.zone-listing")]
public sealed record ZoneListing(string Zone, DateTimeOffset? Before, IReadOnlyList<ListedNodes> Nodes);

/// <summary>Running nodes with the same labels.</summary>
/// <param name="Labels">The labels.</param>
/// <param name="Running">How many there are.</param>
/// <param name="Started">How many of them started after the zone's last whole listing.</param>
/// <param name="StartedMilliseconds">How long those have run, added up.</param>
[GenerateSerializer, Immutable, Alias("sie.listed-nodes")]
public sealed record ListedNodes(NodeLabels Labels, long Running, long Started, long StartedMilliseconds);

/// <summary>The nodes of one project at one version.</summary>
/// <param name="Project">The project's id.</param>
/// <param name="Version">Number of commits; 0: nothing was listed yet.</param>
/// <param name="Nodes">In the order in which their labels became known.</param>
/// <param name="Listed">When each zone was last listed whole.</param>
[GenerateSerializer, Immutable, Alias("sie.node-snapshot")]
public sealed record NodeSnapshot(string Project, long Version, IReadOnlyList<NodeTotal> Nodes, IReadOnlyDictionary<string, DateTimeOffset> Listed)
{
    /// <summary>Whether this snapshot of the same project holds less time than an earlier one under any labels: the store has lost commits.</summary>
    public bool HasLost(NodeSnapshot earlier)
    {
        // The version falls where the record is gone. A later version may leave out rows of what is no more.
        var now = Nodes.ToLookup(node => node.Labels, node => node.Milliseconds);
        return Version < earlier.Version
            || earlier.Nodes.GroupBy(node => node.Labels).Any(rows => now.Contains(rows.Key) && now[rows.Key].Sum() < rows.Sum(node => node.Milliseconds));
    }
}

/// <summary>Nodes with the same labels.</summary>
/// <param name="Labels">The labels.</param>
/// <param name="Running">How many ran at their zone's last whole listing.</param>
/// <param name="Milliseconds">How long such nodes have run in all.</param>
/// <param name="Since">When the first of them was listed.</param>
[GenerateSerializer, Immutable, Alias("sie.node-total")]
public sealed record NodeTotal(NodeLabels Labels, long Running, long Milliseconds, DateTimeOffset Since);
