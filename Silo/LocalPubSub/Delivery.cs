using System.Globalization;
using OrleansSie.Silo.LocalPubSub.Protocol;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>One subscription's copy of a message, from publish to ack.</summary>
internal sealed class Delivery
{
    public Delivery(PubsubMessage message, long order, TimeSpan expires)
    {
        Message = message;
        Order = order;
        Expires = expires;
        Bytes = message.CalculateSize();
    }

    /// <summary>Shared by all subscriptions of the topic, so it never changes after its publish.</summary>
    public PubsubMessage Message { get; private set; }

    /// <summary>Size on the wire.</summary>
    public int Bytes { get; }

    /// <summary>Unique in its subscription.</summary>
    public long Order { get; }

    /// <summary>When its retention ends, on the subscription's clock. From then on it is not delivered.</summary>
    public TimeSpan Expires { get; }

    /// <summary>The stream that holds the running lease; null for a pull's lease, and without a lease.</summary>
    public FlowControl? Holder { get; set; }

    public DeliveryState State { get; set; }

    /// <summary>Nacks and expired leases so far.</summary>
    public int Failures { get; set; }

    /// <summary>The id of the newest lease; empty before the first.</summary>
    public string AckId { get; set; } = "";

    /// <summary>When a lease or back-off ends, on the subscription's clock.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Ends the delivery and releases its data, which may be megabytes.</summary>
    public void Settle()
    {
        State = DeliveryState.Settled;
        Message = new PubsubMessage();
    }
}

/// <summary>The state of a subscription's copy of a message.</summary>
internal enum DeliveryState
{
    /// <summary>The next pull may take it.</summary>
    Available,

    /// <summary>A puller holds it until its deadline.</summary>
    Leased,

    /// <summary>It failed, and waits as long as the retry policy says.</summary>
    BackingOff,

    /// <summary>Acked, dead-lettered or past its retention: it is never delivered again.</summary>
    Settled,
}

/// <summary>A message whose delivery attempts are used up, and how many there were.</summary>
internal sealed record DeadLetter(PubsubMessage Message, int Deliveries)
{
    /// <summary>The message as Pub/Sub forwards it: unchanged, with attributes that name its source.</summary>
    public PubsubMessage ToMessage(string subscription)
    {
        var forwarded = Message.Clone();
        forwarded.Attributes["CloudPubSubDeadLetterSourceDeliveryCount"] = Deliveries.ToString(CultureInfo.InvariantCulture);
        forwarded.Attributes["CloudPubSubDeadLetterSourceSubscription"] = ResourceNames.ShortNameOf(subscription);
        forwarded.Attributes["CloudPubSubDeadLetterSourceSubscriptionProject"] = ResourceNames.ProjectOf(subscription);
        forwarded.Attributes["CloudPubSubDeadLetterSourceTopicPublishTime"] =
            Message.PublishTime.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        return forwarded;
    }
}
