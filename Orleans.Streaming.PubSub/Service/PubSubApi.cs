namespace Orleans.Streaming.PubSub;

/// <summary>
/// The calls that this provider makes to Pub/Sub. Every call ends with its result, a <see cref="PubSubApiException"/>, or an
/// <see cref="OperationCanceledException"/> if its token was cancelled.
/// </summary>
internal abstract class PubSubApi
{
    /// <summary>Takes messages; an empty answer means that there were none.</summary>
    /// <param name="subscription">Full name of the subscription.</param>
    /// <param name="maxMessages">At most so many.</param>
    /// <param name="waits">Whether it waits for messages, for a bounded time, or answers at once.</param>
    /// <param name="cancellation">Ends the call.</param>
    public abstract Task<IReadOnlyList<PulledMessage>> PullAsync(string subscription, int maxMessages, bool waits, CancellationToken cancellation);

    /// <summary>Acknowledges messages; ids whose lease has ended are no error.</summary>
    public abstract Task AcknowledgeAsync(string subscription, IReadOnlyList<string> ackIds, CancellationToken cancellation);

    /// <summary>Sets the time left to each lease; zero nacks.</summary>
    public abstract Task ModifyAckDeadlineAsync(string subscription, IReadOnlyList<string> ackIds, int seconds, CancellationToken cancellation);
}
