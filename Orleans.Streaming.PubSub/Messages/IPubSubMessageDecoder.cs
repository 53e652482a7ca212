namespace Orleans.Streaming.PubSub;

/// <summary>
/// Gives each message its meaning: which stream it belongs to and what is delivered, or that it is to be ignored. Taken from the
/// services keyed by the provider's name, else from those without a key.
/// </summary>
public interface IPubSubMessageDecoder
{
    /// <summary>
    /// Decodes one message. Must not throw and must be safe to call from several threads at once. A message whose decoding throws is
    /// logged and nacked alone, and reported as a failed delivery.
    /// </summary>
    /// <param name="message">The message. Its data and attributes are valid after the call too.</param>
    PubSubDecoded Decode(in PubSubReceived message);
}
