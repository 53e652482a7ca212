namespace Orleans.Streaming.PubSub;

/// <summary>A call to Pub/Sub failed; the message says what to do where there is something to do.</summary>
internal sealed class PubSubApiException : Exception
{
    public PubSubApiException(PubSubApiError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    public PubSubApiError Error { get; }

    /// <summary>Whether only an operator can help, so that trying often is of no use.</summary>
    public bool NeedsOperator => Error is PubSubApiError.Missing or PubSubApiError.Denied or PubSubApiError.Refused;
}
