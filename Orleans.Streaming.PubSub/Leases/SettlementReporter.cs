using Microsoft.Extensions.Logging;

namespace Orleans.Streaming.PubSub;

/// <summary>Tells the observer, if there is one, and keeps its faults from the loops that call it.</summary>
internal sealed class SettlementReporter(string subscription, IPubSubObserver? observer, ILogger logger)
{
    public void Settled(PubSubMessage lease)
    {
        try
        {
            observer?.Settled(lease.Settlement(subscription));
        }
        catch (Exception e)
        {
            logger.ObserverFailed(lease.MessageId, e);
        }
    }

    public void DeliveryFailed(PubSubMessage lease)
    {
        try
        {
            observer?.DeliveryFailed(lease.Settlement(subscription));
        }
        catch (Exception e)
        {
            logger.ObserverFailed(lease.MessageId, e);
        }
    }

    public void Abandoned(PubSubMessage lease, PubSubAbandonment reason)
    {
        try
        {
            observer?.Abandoned(lease.Settlement(subscription), reason);
        }
        catch (Exception e)
        {
            logger.ObserverFailed(lease.MessageId, e);
        }
    }
}
