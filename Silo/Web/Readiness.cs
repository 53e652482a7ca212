using Orleans.Streaming.PubSub;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Storage;

namespace OrleansSie.Silo.Web;

/// <summary>
/// Whether this silo can do its work: it has joined, serves complete counts, and every subscription answers its pulls.
/// Each fault is a sentence for the operator.
/// </summary>
internal sealed class Readiness
{
    private static readonly TimeSpan _maxSnapshotAge = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _maxPullAge = TimeSpan.FromMinutes(2);

    private readonly IHostApplicationLifetime _lifetime;
    private readonly ClusterSnapshots _snapshots;
    private readonly PubSubStatus _status;
    private readonly StoreHealth _store;
    private readonly TimeProvider _time;

    public Readiness(
        IHostApplicationLifetime lifetime, ClusterSnapshots snapshots, PubSubStatus status, StoreHealth store, TimeProvider time)
    {
        _lifetime = lifetime;
        _snapshots = snapshots;
        _status = status;
        _store = store;
        _time = time;
    }

    /// <summary>Why this silo is not ready; empty if it is.</summary>
    public IReadOnlyList<string> Faults()
    {
        if (_lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return ["this silo is stopping"];
        }

        if (!_lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return [$"this silo has not joined its cluster yet{(_store.Fault is { } why ? $": {why}" : "")}"];
        }

        var faults = new List<string>();
        if (_store.Fault is { } fault)
        {
            faults.Add(fault);
        }

        if (_snapshots.CurrentAt is not { } at || _time.GetUtcNow() - at > _maxSnapshotAge)
        {
            faults.Add($"the counts cannot be read: {_snapshots.LastError ?? "they are being loaded"}");
        }

        foreach (var subscription in _status.Subscriptions)
        {
            if (subscription.LastSuccessfulPull is not { } pulled
                || (subscription.ConsecutivePullErrors > 0 && _time.GetUtcNow() - pulled > _maxPullAge))
            {
                faults.Add($"{subscription.Subscription} cannot be pulled: {subscription.LastError ?? "the first pull has not been answered"}");
            }

            if (subscription.CircuitOpen && _store.IsOpen)
            {
                faults.Add($"{subscription.Subscription} is not pulled because deliveries fail: {subscription.LastError ?? "see the log"}");
            }
        }

        return faults;
    }
}
