using Google.Cloud.PubSub.V1;

namespace OrleansSie.Silo.Local;

/// <summary>One subscription's copy of a message, and its way from publish to ack.</summary>
internal sealed class Delivery
{
    public Delivery(PubsubMessage message, long order, TimeSpan expires)
    {
        Message = message;
        Order = order;
        Expires = expires;
        Bytes = message.CalculateSize();
    }

    /// <summary>Shared by all subscriptions of the topic: never changed after it was published.</summary>
    public PubsubMessage Message { get; private set; }

    /// <summary>Size on the wire.</summary>
    public int Bytes { get; }

    /// <summary>Unique in its subscription.</summary>
    public long Order { get; }

    /// <summary>When the subscription's retention of it ends, on the subscription's clock: it is not delivered from then on.</summary>
    public TimeSpan Expires { get; }

    /// <summary>The stream that holds the running lease; null for a lease of a pull, and without one.</summary>
    public FlowControl? Holder { get; set; }

    public DeliveryState State { get; set; }

    /// <summary>Nacks and expired leases so far.</summary>
    public int Failures { get; set; }

    /// <summary>The id of the newest lease; empty before the first.</summary>
    public string AckId { get; set; } = "";

    /// <summary>When a lease or back-off ends, on the subscription's clock.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Ends the delivery and lets go of its data, which may be megabytes.</summary>
    public void Settle()
    {
        State = DeliveryState.Settled;
        Message = new PubsubMessage();
    }
}
