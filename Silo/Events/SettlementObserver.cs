using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Events;

/// <summary>Counts and logs what became of every message, once, when it is settled.</summary>
internal sealed class SettlementObserver : IPubSubObserver
{
    private readonly MessageMetrics _metrics;
    private readonly ILogger<SettlementObserver> _logger;

    public SettlementObserver(MessageMetrics metrics, ILogger<SettlementObserver> logger)
    {
        _metrics = metrics;
        _logger = logger;
    }

    public void Settled(in PubSubSettlement settlement)
    {
        switch (settlement.Item)
        {
            case InstanceEvent e:
                var outcome = settlement.Result is Outcome result ? result : Outcome.none;
                _metrics.Settled(settlement.Subscription, outcome);
                _metrics.Saw(settlement.Subscription, e.At);
                LogEffect(settlement, e, outcome);
                break;
            case IgnoredMessage ignored:
                _metrics.Settled(settlement.Subscription, ignored.Outcome);
                LogIgnored(settlement, ignored);
                break;
        }
    }

    public void DeliveryFailed(in PubSubSettlement settlement)
        => _metrics.Failed(settlement.Subscription);

    public void Abandoned(in PubSubSettlement settlement, PubSubAbandonment reason)
        => _metrics.Abandoned(settlement.Subscription, reason);

    private void LogEffect(in PubSubSettlement settlement, InstanceEvent e, Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.none:
                _logger.NoOutcome(settlement.Subscription, settlement.MessageId, e.Instance);
                break;
            case Outcome.waiting or Outcome.not_gke when e.Kind == InstanceEventKind.interrupted:
                _logger.Interruption(outcome, e.Kind, e.Instance, settlement.Subscription, settlement.MessageId);
                break;
            default:
                _logger.Effect(outcome, e.Kind, e.Instance, settlement.Subscription, settlement.MessageId);
                break;
        }
    }

    private void LogIgnored(in PubSubSettlement settlement, IgnoredMessage ignored)
    {
        if (ignored.Outcome is Outcome.not_a_loss or Outcome.bulk_request or Outcome.unlisted_project)
        {
            _logger.NoEffect(ignored.Outcome, settlement.Subscription, settlement.MessageId, ignored.Detail);
        }
        else
        {
            _logger.Ignored(ignored.Outcome, settlement.Subscription, settlement.MessageId, ignored.Detail);
        }
    }
}
