namespace Orleans.Streaming.PubSub;

/// <summary>
/// The calls that this provider makes to Pub/Sub. Every call ends with its result, a <see cref="PubSubApiException"/>, or an
/// <see cref="OperationCanceledException"/> if its token was cancelled.
/// </summary>
internal abstract class PubSubApi
{
    /// <summary>Waits for messages, for a bounded time; an empty answer means that there were none.</summary>
    public abstract Task<IReadOnlyList<PulledMessage>> PullAsync(string subscription, int maxMessages, CancellationToken cancellation);

    /// <summary>Acknowledges messages; ids whose lease has ended are no error.</summary>
    public abstract Task AcknowledgeAsync(string subscription, IReadOnlyList<string> ackIds, CancellationToken cancellation);

    /// <summary>Sets the time left to each lease; zero nacks.</summary>
    public abstract Task ModifyAckDeadlineAsync(string subscription, IReadOnlyList<string> ackIds, int seconds, CancellationToken cancellation);
}
