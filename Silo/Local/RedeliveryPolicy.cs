using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;

namespace OrleansSie.Silo.Local;

/// <summary>How long a subscription leases and keeps a message, when a failed delivery comes again, and when it goes to the dead-letter topic.</summary>
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

    /// <summary>Whether a message that failed so often is given up.</summary>
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
