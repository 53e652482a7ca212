namespace Orleans.Streaming.PubSub;

/// <summary>
/// Tells whether messages can have their effect now, for example whether the store is up. Optional; taken from the services keyed by the
/// provider's name, else from those without a key. Read often: answer at once.
/// </summary>
public interface IPubSubGate
{
    /// <summary>True while messages may flow. While false nothing is pulled, so that no delivery attempt is spent.</summary>
    bool IsOpen { get; }
}
