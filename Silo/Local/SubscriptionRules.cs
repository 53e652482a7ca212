using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;

namespace OrleansSie.Silo.Local;

/// <summary>What Pub/Sub refuses in a subscription, and what it fills in.</summary>
internal static class SubscriptionRules
{
    private const int DefaultAckDeadline = 10;
    private const int DefaultAttempts = 5;
    private static readonly TimeSpan _maxBackOff = TimeSpan.FromSeconds(600);
    private static readonly TimeSpan _defaultRetention = TimeSpan.FromDays(7);
    private static readonly TimeSpan _minRetention = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _maxRetention = TimeSpan.FromDays(31);

    /// <summary>A copy with every default in place.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the subscription cannot be.</exception>
    public static Subscription Complete(Subscription asked)
    {
        ResourceNames.CheckSubscription(asked.Name);
        ResourceNames.CheckTopic(asked.Topic);
        var complete = asked.Clone();
        complete.AckDeadlineSeconds = asked.AckDeadlineSeconds switch
        {
            0 => DefaultAckDeadline,
            >= 10 and <= 600 => asked.AckDeadlineSeconds,
            _ => throw PubSubRefusal.Invalid($"ack_deadline_seconds must be 10 to 600; this is {asked.AckDeadlineSeconds}."),
        };
        var retention = asked.MessageRetentionDuration?.ToTimeSpan() ?? _defaultRetention;
        PubSubRefusal.Require(retention >= _minRetention && retention <= _maxRetention,
            $"message_retention_duration must be 10 minutes to 31 days; this is {retention}.");
        complete.MessageRetentionDuration = Duration.FromTimeSpan(retention);
        Complete(complete.DeadLetterPolicy);
        Complete(complete.RetryPolicy);
        return complete;
    }

    private static void Complete(DeadLetterPolicy? policy)
    {
        if (policy is null)
        {
            return;
        }

        ResourceNames.CheckTopic(policy.DeadLetterTopic);
        policy.MaxDeliveryAttempts = policy.MaxDeliveryAttempts switch
        {
            0 => DefaultAttempts,
            >= 5 and <= 100 => policy.MaxDeliveryAttempts,
            _ => throw PubSubRefusal.Invalid($"max_delivery_attempts must be 5 to 100; this is {policy.MaxDeliveryAttempts}."),
        };
    }

    private static void Complete(RetryPolicy? policy)
    {
        if (policy is null)
        {
            return;
        }

        var minimum = RedeliveryPolicy.Minimum(policy);
        var maximum = RedeliveryPolicy.Maximum(policy);
        PubSubRefusal.Require(minimum >= TimeSpan.Zero && minimum <= maximum && maximum <= _maxBackOff,
            $"A retry policy must have 0 <= minimum_backoff <= maximum_backoff <= 600 s; this has {minimum} and {maximum}.");
        policy.MinimumBackoff = Duration.FromTimeSpan(minimum);
        policy.MaximumBackoff = Duration.FromTimeSpan(maximum);
    }
}
