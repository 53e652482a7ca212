using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>
/// Pub/Sub in memory: topics, subscriptions, leases, dead letters and retries, with the rules and errors of the real service. Delivery is
/// unordered and at least once. It is safe for concurrent callers, and keeps nothing when it ends.
/// </summary>
internal sealed class LocalBroker : IDisposable
{
    private const int MaxPull = 1000;

    private readonly ConcurrentDictionary<string, LocalTopic> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LocalSubscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private long _lastMessageId;

    /// <summary>
    /// Message ids count up from the microsecond of the start, so that they are unique across restarts too. A consumer that remembers the
    /// ids of handled messages must not take a new message for an old one.
    /// </summary>
    public LocalBroker(TimeProvider time)
    {
        _time = time;
        _lastMessageId = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    }

    public Topic CreateTopic(Topic topic)
    {
        ResourceNames.CheckTopic(topic.Name);
        return _topics.TryAdd(topic.Name, new LocalTopic(topic.Clone())) ? topic : throw PubSubErrors.AlreadyExists(topic.Name);
    }

    public Topic GetTopic(string name) => FindTopic(name).About.Clone();

    public Subscription CreateSubscription(Subscription asked)
    {
        var about = SubscriptionRules.Complete(asked);
        var topic = FindTopic(about.Topic);
        var deadLetters = about.DeadLetterPolicy is { } policy ? FindTopic(policy.DeadLetterTopic) : null;
        var subscription = new LocalSubscription(about, letter => deadLetters?.Publish([Stamp(letter.ToMessage(about.Name))]), _time);
        if (!_subscriptions.TryAdd(about.Name, subscription))
        {
            subscription.Dispose();
            throw PubSubErrors.AlreadyExists(about.Name);
        }

        topic.Attach(subscription);
        return about.Clone();
    }

    public Subscription GetSubscription(string name) => FindSubscription(name).About.Clone();

    /// <summary>Publishes all messages or, if one of them breaks a rule, none.</summary>
    /// <returns>The messages' ids, in their order.</returns>
    public IReadOnlyList<string> Publish(string topic, IReadOnlyList<PubsubMessage> messages)
    {
        var target = FindTopic(topic);
        PublishRules.Check(messages);
        PubsubMessage[] stamped = [.. messages.Select(Stamp)];
        target.Publish(stamped);
        return [.. stamped.Select(message => message.MessageId)];
    }

    /// <summary>
    /// Takes up to <paramref name="maxMessages"/> messages, at most 1,000 and about 20 MB; waits up to 30 s for a first one unless
    /// <paramref name="returnImmediately"/>. Returned messages are leased. After <paramref name="ct"/> is cancelled no message is leased.
    /// </summary>
    public Task<IReadOnlyList<ReceivedMessage>> PullAsync(
        string subscription, int maxMessages, bool returnImmediately, CancellationToken ct)
    {
        var source = FindSubscription(subscription);
        return maxMessages > 0
            ? source.PullAsync(Math.Min(maxMessages, MaxPull), !returnImmediately, ct)
            : throw PubSubErrors.Invalid($"max_messages must be greater than 0; this is {maxMessages}.");
    }

    /// <summary>
    /// Takes for a stream, as <see cref="PullAsync(string, int, bool, CancellationToken)"/> does, once its flow control has room. The
    /// stream sets the length of the leases.
    /// </summary>
    public Task<IReadOnlyList<ReceivedMessage>> PullAsync(string subscription, FlowControl flow, CancellationToken ct) =>
        FindSubscription(subscription).PullAsync(MaxPull, mayWait: true, ct, flow);

    /// <summary>Ends messages for good. Unknown ids, and ids of an older lease, have no effect.</summary>
    public void Acknowledge(string subscription, IReadOnlyList<string> ackIds)
    {
        var source = FindSubscription(subscription);
        RequireAny(ackIds);
        source.Acknowledge(ackIds);
    }

    /// <summary>Sets the remaining time of running leases, 0 to 600 seconds. 0 is a nack.</summary>
    public void ModifyAckDeadline(string subscription, IReadOnlyList<string> ackIds, int seconds)
    {
        var source = FindSubscription(subscription);
        RequireAny(ackIds);
        PubSubErrors.Require(seconds is >= 0 and <= 600, $"ack_deadline_seconds must be 0 to 600; this is {seconds}.");
        source.ModifyAckDeadline(ackIds, TimeSpan.FromSeconds(seconds));
    }

    /// <summary>Messages of a subscription neither acked nor dead-lettered.</summary>
    public int Outstanding(string subscription) => FindSubscription(subscription).Outstanding;

    /// <summary>Pulls of a subscription that wait for a message.</summary>
    public int WaitingPulls(string subscription) => FindSubscription(subscription).WaitingPulls;

    public void Dispose()
    {
        foreach (var subscription in _subscriptions.Values)
        {
            subscription.Dispose();
        }
    }

    private PubsubMessage Stamp(PubsubMessage message)
    {
        var stamped = message.Clone();
        stamped.MessageId = Interlocked.Increment(ref _lastMessageId).ToString(CultureInfo.InvariantCulture);
        stamped.PublishTime = Timestamp.FromDateTimeOffset(_time.GetUtcNow());
        return stamped;
    }

    private LocalTopic FindTopic(string name) =>
        _topics.TryGetValue(name, out var topic) ? topic : throw PubSubErrors.NotFound(name);

    private LocalSubscription FindSubscription(string name) =>
        _subscriptions.TryGetValue(name, out var subscription) ? subscription : throw PubSubErrors.NotFound(name);

    private static void RequireAny(IReadOnlyList<string> ackIds) =>
        PubSubErrors.Require(ackIds.Count > 0, "You have not specified an ack ID in the request.");
}

/// <summary>A topic. Every subscription created before a publish gets its messages. The topic itself keeps nothing.</summary>
internal sealed class LocalTopic
{
    private ImmutableArray<LocalSubscription> _subscriptions = [];

    public LocalTopic(Topic about) => About = about;

    /// <summary>As it was created.</summary>
    public Topic About { get; }

    public void Attach(LocalSubscription subscription) =>
        ImmutableInterlocked.Update(ref _subscriptions, (all, added) => all.Add(added), subscription);

    public void Publish(IReadOnlyList<PubsubMessage> messages)
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Add(messages);
        }
    }
}
