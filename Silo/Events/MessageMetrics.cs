using System.Collections.Concurrent;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using Prometheus;

namespace OrleansSie.Silo.Events;

/// <summary>What became of the messages that this silo pulled.</summary>
internal sealed class MessageMetrics
{
    // Looking a series up by its labels costs more than counting.
    private readonly ConcurrentDictionary<(string Subscription, Outcome Outcome), Counter.Child> _settled = new();
    private readonly Counter _messages;
    private readonly Counter _batches;
    private readonly Counter _failures;
    private readonly Counter _abandoned;
    private readonly Gauge _lastEvent;
    private readonly ConcurrentDictionary<string, long> _lastEvents = new();

    public MessageMetrics(MetricsRegistry metrics, SieOptions options)
    {
        _messages = metrics.Factory.CreateCounter(
            MetricNames.Messages,
            "Messages settled by this silo, by what became of them.",
            MetricNames.SubscriptionLabel,
            MetricNames.OutcomeLabel);
        _batches = metrics.Factory.CreateCounter(MetricNames.Batches, "Batches in which messages were handed out on this silo; each is of one shard of instances.");
        _failures = metrics.Factory.CreateCounter(
            MetricNames.DeliveryFailures,
            "Deliveries that failed on this silo; their messages are delivered again.",
            MetricNames.SubscriptionLabel);
        _abandoned = metrics.Factory.CreateCounter(
            MetricNames.AbandonedMessages,
            "Messages this silo gave up without settling them; they are delivered again.",
            MetricNames.SubscriptionLabel,
            MetricNames.ReasonLabel);

        _lastEvent = metrics.Factory.CreateGauge(
            MetricNames.LastEvent, "Unix time of the newest event of an instance that this silo has settled.", MetricNames.SubscriptionLabel);

        // Without a first value of 0 the first of them would not show as an increase.
        foreach (var subscription in options.Subscriptions)
        {
            _failures.WithLabels(subscription).Publish();
            foreach (var outcome in Enum.GetValues<Outcome>())
            {
                Series(subscription, outcome).Publish();
            }
        }
    }

    public void HandedOut() => _batches.Inc();

    public void Settled(string subscription, Outcome outcome) => Series(subscription, outcome).Inc();

    /// <summary>An event that happened then was settled.</summary>
    public void Saw(string subscription, DateTimeOffset at) =>
        _lastEvents.AddOrUpdate(subscription, static (_, at) => at, static (_, before, at) => Math.Max(before, at), at.ToUnixTimeMilliseconds());

    /// <summary>Shows what is looked at when it is scraped only.</summary>
    public void Update()
    {
        foreach (var (subscription, at) in _lastEvents)
        {
            _lastEvent.WithLabels(subscription).Set(at / 1e3);
        }
    }

    public void Abandoned(string subscription, PubSubAbandonment reason) => _abandoned.WithLabels(subscription, ReasonOf(reason)).Inc();

    public void Failed(string subscription) => _failures.WithLabels(subscription).Inc();

    private Counter.Child Series(string subscription, Outcome outcome) => _settled.GetOrAdd(
        (subscription, outcome), static (key, messages) => messages.WithLabels(key.Subscription, key.Outcome.ToString()), _messages);

    private static string ReasonOf(PubSubAbandonment reason) => reason switch
    {
        PubSubAbandonment.TooOld => "too_old",
        PubSubAbandonment.AckFailed => "ack_failed",
        _ => "returned",
    };
}
