using System.Globalization;
using Google.Cloud.PubSub.V1;

namespace OrleansSie.Silo.Local;

/// <summary>A message whose delivery attempts are used up, and how many there were.</summary>
internal sealed record DeadLetter(PubsubMessage Message, int Deliveries)
{
    /// <summary>The message as Pub/Sub forwards it: unchanged, with attributes that tell where it came from.</summary>
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
