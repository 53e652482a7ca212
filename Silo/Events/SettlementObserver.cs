using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Events;

/// <summary>Counts and logs what became of every message, once, when it is settled.</summary>
internal sealed class SettlementObserver : IPubSubObserver
{
    private readonly OutcomeLedger _ledger;
    private readonly MessageMetrics _metrics;
    private readonly ILogger<SettlementObserver> _logger;

    public SettlementObserver(OutcomeLedger ledger, MessageMetrics metrics, ILogger<SettlementObserver> logger)
    {
        _ledger = ledger;
        _metrics = metrics;
        _logger = logger;
    }

    public void Settled(in PubSubSettlement settlement)
    {
        switch (settlement.Item)
        {
            case InstanceEvent { Receipt: { } receipt } e:
                _ledger.Close(receipt);
                _metrics.Settled(settlement.Subscription, receipt.Outcome);
                LogEffect(settlement, e, receipt.Outcome);
                break;
            case IgnoredMessage ignored:
                _metrics.Settled(settlement.Subscription, ignored.Outcome);
                LogIgnored(settlement, ignored);
                break;
        }
    }

    public void DeliveryFailed(in PubSubSettlement settlement)
    {
        _metrics.Failed(settlement.Subscription);
        Forget(settlement);
    }

    public void Abandoned(in PubSubSettlement settlement, PubSubAbandonment reason)
    {
        _metrics.Abandoned(settlement.Subscription, reason);
        Forget(settlement);
    }

    private void Forget(in PubSubSettlement settlement)
    {
        if (settlement.Item is InstanceEvent { Receipt: { } receipt })
        {
            _ledger.Close(receipt);
        }
    }

    private void LogEffect(in PubSubSettlement settlement, InstanceEvent e, Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.none:
                _logger.NoOutcome(settlement.Subscription, settlement.MessageId, e.Instance);
                break;
            case Outcome.counted or Outcome.parked or Outcome.not_gke when e.Kind == InstanceEventKind.interrupted:
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
