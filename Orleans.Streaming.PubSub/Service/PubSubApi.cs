namespace Orleans.Streaming.PubSub;

/// <summary>
/// The calls that this provider makes to Pub/Sub. Every call ends with its result, a <see cref="PubSubApiException"/>, or an
/// <see cref="OperationCanceledException"/> if its token was cancelled.
/// </summary>
internal abstract class PubSubApi
{
    /// <summary>Takes messages. An empty answer means that there are none.</summary>
    /// <param name="subscription">Full name of the subscription.</param>
    /// <param name="maxMessages">The most messages to take.</param>
    /// <param name="waits">Whether it waits for messages for a limited time, or answers at once.</param>
    /// <param name="cancellation">Ends the call.</param>
    public abstract Task<IReadOnlyList<PulledMessage>> PullAsync(string subscription, int maxMessages, bool waits, CancellationToken cancellation);

    /// <summary>Acknowledges messages. An id whose lease has ended is no error.</summary>
    public abstract Task AcknowledgeAsync(string subscription, IReadOnlyList<string> ackIds, CancellationToken cancellation);

    /// <summary>Sets the remaining time of each lease. Zero nacks.</summary>
    public abstract Task ModifyAckDeadlineAsync(string subscription, IReadOnlyList<string> ackIds, int seconds, CancellationToken cancellation);
}

/// <summary>A message together with the id of its lease and its size on the wire.</summary>
internal readonly record struct PulledMessage(string AckId, int Bytes, PubSubReceived Message);

/// <summary>A call to Pub/Sub failed. The message says what to do, if there is something to do.</summary>
public sealed class PubSubApiException : Exception
{
    /// <summary>A failure of a kind, with a message for an operator.</summary>
    public PubSubApiException(PubSubApiError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>The kind.</summary>
    public PubSubApiError Error { get; }

    /// <summary>Whether only an operator can help, so that frequent attempts are useless.</summary>
    public bool NeedsOperator => Error is PubSubApiError.Missing or PubSubApiError.Denied or PubSubApiError.Refused;
}

/// <summary>The kinds of failure that are treated differently.</summary>
public enum PubSubApiError
{
    /// <summary>Likely to pass: unavailable, internal, a timeout, a lost connection.</summary>
    Transient,

    /// <summary>The answer was too large or a quota is used up.</summary>
    TooMuch,

    /// <summary>The subscription does not exist.</summary>
    Missing,

    /// <summary>No credentials, or not enough rights.</summary>
    Denied,

    /// <summary>The request itself was refused.</summary>
    Refused,
}
