using Microsoft.Extensions.Logging;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Ends settled messages: counts them, frees their room, and tells the observer, if there is one. An observer's exception does not reach
/// the loops that call it.
/// </summary>
internal sealed class SettlementReporter(PubSubSubscriptionStatus status, IPubSubObserver? observer, ILogger logger)
{
    public void Acked(IReadOnlyList<PubSubMessage> leases)
    {
        status.OnAcked(leases.Count);
        foreach (var lease in leases)
        {
            status.OnReleased(lease.Bytes);
        }

        // All room is freed first, because the observer may take its time.
        foreach (var lease in leases)
        {
            Tell(lease, static (target, settlement) => target.Settled(settlement));
        }
    }

    /// <summary>The acks did not get through before the leases ended.</summary>
    public void AckFailed(IReadOnlyList<PubSubMessage> leases) => Expired(leases, PubSubAbandonment.AckFailed);

    /// <summary>The messages grew too old and are left to expire.</summary>
    public void TooOld(IReadOnlyList<PubSubMessage> leases) => Expired(leases, PubSubAbandonment.TooOld);

    public void Nacked(IReadOnlyList<PubSubMessage> leases)
    {
        status.OnNacked(leases.Count);
        ReleaseUndelivered(leases);
    }

    /// <summary>The nacks did not get through before the leases ended.</summary>
    public void NackFailed(IReadOnlyList<PubSubMessage> leases)
    {
        status.OnExpired(leases.Count);
        ReleaseUndelivered(leases);
    }

    private void Expired(IReadOnlyList<PubSubMessage> leases, PubSubAbandonment reason)
    {
        status.OnExpired(leases.Count);
        foreach (var lease in leases)
        {
            status.OnReleased(lease.Bytes);
            Abandoned(lease, reason);
        }
    }

    private void ReleaseUndelivered(IReadOnlyList<PubSubMessage> leases)
    {
        foreach (var lease in leases)
        {
            status.OnReleased(lease.Bytes);
            if (lease.State == LeaseState.Failed)
            {
                Tell(lease, static (target, settlement) => target.DeliveryFailed(settlement));
            }
            else
            {
                Abandoned(lease, PubSubAbandonment.Returned);
            }
        }
    }

    private void Abandoned(PubSubMessage lease, PubSubAbandonment reason) =>
        Tell(lease, (target, settlement) => target.Abandoned(settlement, reason));

    private void Tell(PubSubMessage lease, Action<IPubSubObserver, PubSubSettlement> what)
    {
        try
        {
            if (observer is not null)
            {
                what(observer, lease.Settlement(status.Subscription));
            }
        }
        catch (Exception e)
        {
            logger.ObserverFailed(lease.MessageId, e);
        }
    }
}
