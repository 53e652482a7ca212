using Orleans.Clustering.Kubernetes;
using Orleans.Streaming.PubSub;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Reach;
using OrleansSie.Silo.Storage;
using OrleansSie.Silo.Totals;

namespace OrleansSie.Silo.Web;

/// <summary>
/// Whether this silo can do its work: it has joined, serves complete counts, and the subscriptions of at least one project answer
/// their pulls. A project that cannot be pulled while another can is a warning: a silo that is not ready would not help it. Each fault and
/// warning is a sentence for the operator.
/// </summary>
internal sealed class Readiness
{
    private static readonly TimeSpan _maxSnapshotAge = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _maxPullAge = TimeSpan.FromMinutes(2);

    private readonly IHostApplicationLifetime _lifetime;
    private readonly ClusterSnapshots _snapshots;
    private readonly PubSubStatus _status;
    private readonly StoreHealth _store;
    private readonly ClusterExit _exit;
    private readonly TimeProvider _time;
    private readonly KubernetesMembershipStatus? _membership;
    private readonly IReadOnlyList<ProjectOptions> _projects;

    public Readiness(
        IHostApplicationLifetime lifetime,
        ClusterSnapshots snapshots,
        PubSubStatus status,
        StoreHealth store,
        ClusterExit exit,
        TimeProvider time,
        SieOptions options,
        KubernetesMembershipStatus? membership = null)
    {
        _membership = membership;
        _projects = options.Projects;
        _lifetime = lifetime;
        _snapshots = snapshots;
        _status = status;
        _store = store;
        _exit = exit;
        _time = time;
    }

    /// <summary>Why this silo is not ready; empty if it is.</summary>
    public IReadOnlyList<string> Faults()
    {
        if (_lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return [_exit.Reason is { } reason ? $"this silo leaves its cluster and joins it again: {reason}" : "this silo is stopping"];
        }

        if (!_lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return [$"this silo has not joined its cluster yet{((_store.Fault ?? _exit.Fault) is { } why ? $": {why}" : "")}"];
        }

        var faults = new List<string>();
        if (_store.Fault is { } fault)
        {
            faults.Add(fault);
        }

        // If the store is lost, its fault is enough: the counts cannot be read either.
        if (_store.Lost is null && (_snapshots.CurrentAt is not { } at || _time.GetUtcNow() - at > _maxSnapshotAge))
        {
            faults.Add($"the counts cannot be read: {_snapshots.LastError ?? "they are being loaded"}");
        }

        if (!IsAnyProjectPulled())
        {
            faults.AddRange(PullFaults());
        }

        faults.AddRange(_status.Subscriptions
            .Where(subscription => subscription.CircuitOpen && _store.IsOpen)
            .Select(subscription =>
                $"{subscription.Subscription} is not pulled because deliveries fail: {subscription.LastError ?? "see the log"}"));
        return faults;
    }

    /// <summary>
    /// What is wrong although this silo is ready: the subscriptions that cannot be pulled while those of another project can, other silos
    /// out of reach, and a membership table that does not answer, without which running silos go on.
    /// </summary>
    public IReadOnlyList<string> Warnings() =>
    [
        .. IsAnyProjectPulled() ? PullFaults() : [],
        .. _exit.Fault is { } unreached ? (string[])[$"this silo is cut off from others: {unreached}"] : [],
        .. _membership?.Failure is { } failure ? (string[])[$"the membership table cannot be used: {failure.Message.ReplaceLineEndings(" ")}"] : [],
    ];

    /// <summary>Whether the subscription has answered a pull, and has not failed all of them for longer than a moment.</summary>
    public bool IsPulled(PubSubSubscriptionStatus subscription) =>
        subscription.LastSuccessfulPull is { } pulled
        && (subscription.ConsecutivePullErrors == 0 || _time.GetUtcNow() - pulled <= _maxPullAge);

    private bool IsAnyProjectPulled()
    {
        var silent = _status.Subscriptions
            .Where(subscription => !IsPulled(subscription))
            .Select(subscription => subscription.Subscription)
            .ToHashSet(StringComparer.Ordinal);
        return silent.Count == 0 || _projects.Any(project => !project.Subscriptions.Any(silent.Contains));
    }

    private string[] PullFaults() =>
    [
        .. _status.Subscriptions.Where(subscription => !IsPulled(subscription)).Select(subscription =>
            $"{subscription.Subscription} cannot be pulled: {subscription.LastError ?? "the first pull has not been answered"}"),
    ];
}
