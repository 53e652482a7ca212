using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace OrleansSie.Silo.LocalPubSub;

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
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the subscription breaks a rule.</exception>
    public static Subscription Complete(Subscription asked)
    {
        ResourceNames.CheckSubscription(asked.Name);
        ResourceNames.CheckTopic(asked.Topic);
        var complete = asked.Clone();
        complete.AckDeadlineSeconds = asked.AckDeadlineSeconds switch
        {
            0 => DefaultAckDeadline,
            >= 10 and <= 600 => asked.AckDeadlineSeconds,
            _ => throw PubSubErrors.Invalid($"ack_deadline_seconds must be 10 to 600; this is {asked.AckDeadlineSeconds}."),
        };
        var retention = asked.MessageRetentionDuration?.ToTimeSpan() ?? _defaultRetention;
        PubSubErrors.Require(retention >= _minRetention && retention <= _maxRetention,
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
            _ => throw PubSubErrors.Invalid($"max_delivery_attempts must be 5 to 100; this is {policy.MaxDeliveryAttempts}."),
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
        PubSubErrors.Require(minimum >= TimeSpan.Zero && minimum <= maximum && maximum <= _maxBackOff,
            $"A retry policy must have 0 <= minimum_backoff <= maximum_backoff <= 600 s; this has {minimum} and {maximum}.");
        policy.MinimumBackoff = Duration.FromTimeSpan(minimum);
        policy.MaximumBackoff = Duration.FromTimeSpan(maximum);
    }
}

/// <summary>
/// How long a subscription leases and keeps a message, when it retries a failed delivery, and when it gives the message up.
/// </summary>
internal sealed class RedeliveryPolicy
{
    private static readonly TimeSpan _defaultMinimum = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _defaultMaximum = TimeSpan.FromSeconds(600);

    private readonly int? _maxAttempts;
    private readonly TimeSpan _minimum;
    private readonly TimeSpan _maximum;

    /// <param name="subscription">As <see cref="SubscriptionRules.Complete(Subscription)"/> returned it.</param>
    public RedeliveryPolicy(Subscription subscription)
    {
        AckDeadline = TimeSpan.FromSeconds(subscription.AckDeadlineSeconds);
        Retention = subscription.MessageRetentionDuration.ToTimeSpan();
        _maxAttempts = subscription.DeadLetterPolicy?.MaxDeliveryAttempts;
        var retry = subscription.RetryPolicy;
        _minimum = retry is null ? TimeSpan.Zero : Minimum(retry);
        _maximum = retry is null ? TimeSpan.Zero : Maximum(retry);
    }

    /// <summary>How long a delivery is leased, unless the caller changes it.</summary>
    public TimeSpan AckDeadline { get; }

    /// <summary>How long after its publish a message that is not acked is still delivered.</summary>
    public TimeSpan Retention { get; }

    /// <summary>Whether deliveries carry their attempt; without a dead-letter policy Pub/Sub reports 0.</summary>
    public bool CountsAttempts => _maxAttempts is not null;

    /// <summary>Whether a message with this many failures is given up.</summary>
    public bool IsExhausted(int failures) => failures >= _maxAttempts;

    /// <summary>The wait before the next delivery: doubles from the minimum to the maximum, zero without a retry policy.</summary>
    public TimeSpan BackOff(int failures)
    {
        var seconds = _minimum.TotalSeconds * Math.Pow(2, failures - 1);
        return seconds < _maximum.TotalSeconds ? TimeSpan.FromSeconds(seconds) : _maximum;
    }

    /// <summary>A retry policy's shortest wait, 10 s unless set.</summary>
    public static TimeSpan Minimum(RetryPolicy policy) => Or(policy.MinimumBackoff, _defaultMinimum);

    /// <summary>A retry policy's longest wait, 600 s unless set.</summary>
    public static TimeSpan Maximum(RetryPolicy policy) => Or(policy.MaximumBackoff, _defaultMaximum);

    private static TimeSpan Or(Duration? set, TimeSpan otherwise) => set is null ? otherwise : set.ToTimeSpan();
}
