using Orleans.Streaming.PubSub;
using OrleansSie.Silo.Events;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Reach;
using OrleansSie.Silo.Storage;
using OrleansSie.Silo.Totals;
using Prometheus;

namespace OrleansSie.Silo.Web;

/// <summary>This silo's own state as series, read anew at every scrape.</summary>
internal sealed class ProcessSeries
{
    private readonly PubSubStatus _status;
    private readonly ClusterSnapshots _snapshots;
    private readonly Readiness _readiness;
    private readonly StoreHealth _store;
    private readonly ClusterExit _exit;
    private readonly MessageMetrics _events;
    private readonly ISiloStatusOracle _members;
    private readonly Gauge _messages;
    private readonly Gauge _bytes;
    private readonly Gauge _oldest;
    private readonly Gauge _attempts;
    private readonly Counter _pullErrors;
    private readonly Gauge _lastPull;
    private readonly Gauge _available;
    private readonly Gauge _circuit;
    private readonly Gauge _copied;
    private readonly Gauge _storeAvailable;
    private readonly Gauge _silos;
    private readonly Gauge _outOfReach;
    private readonly Gauge _ready;

    public ProcessSeries(
        MetricsRegistry metrics,
        PubSubStatus status,
        ClusterSnapshots snapshots,
        Readiness readiness,
        StoreHealth store,
        ClusterExit exit,
        MessageMetrics events,
        ISiloStatusOracle members)
    {
        _status = status;
        _snapshots = snapshots;
        _readiness = readiness;
        _store = store;
        _exit = exit;
        _events = events;
        _members = members;
        var factory = metrics.Factory;
        _messages = factory.CreateGauge(MetricNames.MessagesInFlight, "Messages pulled and not settled.", MetricNames.SubscriptionLabel);
        _bytes = factory.CreateGauge(MetricNames.MessageBytesInFlight, "Bytes of messages pulled and not settled.", MetricNames.SubscriptionLabel);
        _oldest = factory.CreateGauge(
            MetricNames.OldestUnacked, "Unix time at which the oldest of them was published; absent without any.", MetricNames.SubscriptionLabel);
        _attempts = factory.CreateGauge(
            MetricNames.DeliveryAttempts, "The most deliveries that one of them has had; 0 without a dead-letter policy.", MetricNames.SubscriptionLabel);
        _pullErrors = factory.CreateCounter(MetricNames.PullErrors, "Pulls that failed.", MetricNames.SubscriptionLabel);
        _lastPull = factory.CreateGauge(
            MetricNames.LastPull, "Unix time of the last pull that ended without an error.", MetricNames.SubscriptionLabel);
        _available = factory.CreateGauge(
            MetricNames.SubscriptionAvailable, "1 while the subscription answers its pulls.", MetricNames.SubscriptionLabel);
        _circuit = factory.CreateGauge(
            MetricNames.CircuitOpen, "1 while no message is pulled because deliveries fail.", MetricNames.SubscriptionLabel);
        _copied = factory.CreateGauge(
            MetricNames.SnapshotTime,
            "Unix time of the copy of all counts that this silo serves; absent before the first.",
            new GaugeConfiguration { SuppressInitialValue = true });
        _storeAvailable = factory.CreateGauge(MetricNames.StoreAvailable, "1 while the store can be written; while it cannot, nothing is pulled.");
        _silos = factory.CreateGauge(MetricNames.Silos, "Active silos, with this one, as the membership table has them.");
        _outOfReach = factory.CreateGauge(MetricNames.SilosOutOfReach, "Active silos that did not answer this one's last call.");
        _ready = factory.CreateGauge(MetricNames.Ready, "1 while this silo is ready, as /healthz/ready answers.");
        factory.CreateGauge(MetricNames.BuildInfo, "What runs; the value is always 1.", MetricNames.VersionLabel, MetricNames.CommitLabel)
            .WithLabels(BuildVersion.Version, BuildVersion.Commit)
            .Set(1);
    }

    /// <summary>Reads the state into the series.</summary>
    public void Update()
    {
        // The store comes before the circuits, which open when it fails: the series of one scrape must not contradict each other.
        _storeAvailable.Set(_store.IsOpen ? 1 : 0);
        foreach (var subscription in _status.Subscriptions)
        {
            _messages.WithLabels(subscription.Subscription).Set(subscription.InFlightMessages);
            _bytes.WithLabels(subscription.Subscription).Set(subscription.InFlightBytes);
            ShowHeld(subscription);
            _pullErrors.WithLabels(subscription.Subscription).IncTo(subscription.PullErrors);
            _available.WithLabels(subscription.Subscription).Set(_readiness.IsPulled(subscription) ? 1 : 0);
            _circuit.WithLabels(subscription.Subscription).Set(subscription.CircuitOpen ? 1 : 0);
            if (subscription.LastSuccessfulPull is { } at)
            {
                _lastPull.WithLabels(subscription.Subscription).Set(at.ToUnixTimeMilliseconds() / 1e3);
            }
        }

        if (_snapshots.CurrentAt is { } current)
        {
            _copied.Set(current.ToUnixTimeMilliseconds() / 1e3);
        }

        _events.Update();
        _silos.Set(_members.GetApproximateSiloStatuses(onlyActive: true).Count);
        _outOfReach.Set(_exit.Unreached.Count);
        _ready.Set(_readiness.Faults().Count == 0 ? 1 : 0);
    }

    private void ShowHeld(PubSubSubscriptionStatus subscription)
    {
        var (oldest, attempts) = subscription.Held;
        _attempts.WithLabels(subscription.Subscription).Set(attempts);
        if (oldest is { } at)
        {
            _oldest.WithLabels(subscription.Subscription).Set(at.ToUnixTimeMilliseconds() / 1e3);
        }
        else
        {
            _oldest.RemoveLabelled(subscription.Subscription);
        }
    }
}
