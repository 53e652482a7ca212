namespace Orleans.Streaming.PubSub;

/// <summary>The state of one Pub/Sub stream provider on this silo, for readiness checks and metrics. Keyed by the provider's name.</summary>
public sealed class PubSubStatus
{
    internal PubSubStatus(string provider, IEnumerable<string> subscriptions)
    {
        Provider = provider;
        Subscriptions = [.. subscriptions.Select(s => new PubSubSubscriptionStatus(s))];
    }

    /// <summary>The provider's name.</summary>
    public string Provider { get; }

    /// <summary>The state of each subscription, in the order of <see cref="PubSubStreamOptions.Subscriptions"/>.</summary>
    public IReadOnlyList<PubSubSubscriptionStatus> Subscriptions { get; }
}
