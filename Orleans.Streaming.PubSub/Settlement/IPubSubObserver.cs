namespace Orleans.Streaming.PubSub;

/// <summary>
/// Is told how each message ended, on the silo that pulled it. Optional; taken from the services keyed by the provider's name, else from
/// those without a key. Called from the loops that speak with Pub/Sub, from several threads at once: do not block, do not throw.
/// </summary>
public interface IPubSubObserver
{
    /// <summary>The message was acknowledged. Called exactly once for each message whose Acknowledge call succeeded.</summary>
    /// <param name="settlement">The message.</param>
    void Settled(in PubSubSettlement settlement);

    /// <summary>The delivery failed, and the message was nacked or left to expire: it will come again.</summary>
    /// <param name="settlement">The message; without an item if its decoder threw.</param>
    void DeliveryFailed(in PubSubSettlement settlement);

    /// <summary>The message was given up without a verdict of its consumer being acted upon: it will come again.</summary>
    /// <param name="settlement">The message.</param>
    /// <param name="reason">Why.</param>
    void Abandoned(in PubSubSettlement settlement, PubSubAbandonment reason);
}
