using k8s.Models;

namespace Orleans.Clustering.Kubernetes;

/// <summary>One reading of the heartbeats: when each silo was last alive, by its own clock. What is no time counts as absent.</summary>
internal sealed class Heartbeats(V1ConfigMap? map)
{
    /// <summary>The last heartbeat of the silo whose row has this key.</summary>
    public DateTime? OfRow(string rowKey) => Of(rowKey[RowKey.Prefix.Length..]);

    /// <summary>The keys of silos not among the given ones whose last heartbeat is before a time, or is no time. What can be no heartbeat is somebody else's.</summary>
    public IEnumerable<string> Orphans(IReadOnlySet<string> known, DateTime before) =>
        (map?.Data ?? new Dictionary<string, string>()).Keys.Where(key => RowKey.IsBare(key) && !known.Contains(key) && !(Of(key) >= before));

    private DateTime? Of(string key) => map?.Data is { } data && data.TryGetValue(key, out var text) && UtcTime.TryParse(text, out var time) ? time : null;
}
