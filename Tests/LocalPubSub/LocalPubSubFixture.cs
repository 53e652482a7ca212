using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.LocalPubSub;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

/// <summary>A broker on fake time with one topic and one subscription, and short words for what tests do with it.</summary>
internal sealed class LocalPubSubFixture : IDisposable
{
    public const string Topic = "projects/p/topics/topic";
    public const string Subscription = "projects/p/subscriptions/sub";
    public const string DeadTopic = "projects/p/topics/dead";
    public const string DeadSubscription = "projects/p/subscriptions/dead";

    public LocalPubSubFixture(RetryPolicy? retry = null, DeadLetterPolicy? dead = null, int ackDeadline = 0, TimeSpan? retention = null)
    {
        Broker = new LocalBroker(Time);
        Broker.CreateTopic(new Topic { Name = Topic });
        Broker.CreateTopic(new Topic { Name = DeadTopic });
        Broker.CreateSubscription(new Subscription { Name = DeadSubscription, Topic = DeadTopic });
        Broker.CreateSubscription(new Subscription
        {
            Name = Subscription,
            Topic = Topic,
            AckDeadlineSeconds = ackDeadline,
            RetryPolicy = retry,
            DeadLetterPolicy = dead,
            MessageRetentionDuration = retention is { } kept ? Duration.FromTimeSpan(kept) : null,
        });
    }

    public FakeTimeProvider Time { get; } = new();

    public LocalBroker Broker { get; }

    public static DeadLetterPolicy FiveAttempts => new() { DeadLetterTopic = DeadTopic, MaxDeliveryAttempts = 5 };

    public static PubsubMessage Message(string text) => new() { Data = ByteString.CopyFromUtf8(text) };

    public string Publish(string text) => Broker.Publish(Topic, [Message(text)])[0];

    /// <summary>What a pull that does not wait gets.</summary>
    public IReadOnlyList<ReceivedMessage> Take(string subscription = Subscription, int max = 1000)
    {
        var pull = Broker.PullAsync(subscription, max, returnImmediately: true, CancellationToken.None);
        Assert.True(pull.IsCompletedSuccessfully, "A pull with return_immediately must not wait.");
        return pull.Result;
    }

    /// <summary>A pull that waits.</summary>
    public Task<IReadOnlyList<ReceivedMessage>> Wait(string subscription = Subscription) =>
        Broker.PullAsync(subscription, 1000, returnImmediately: false, CancellationToken.None);

    /// <summary>A pull that waits until its caller is gone.</summary>
    public Task<IReadOnlyList<ReceivedMessage>> WaitUnless(CancellationToken gone) =>
        Broker.PullAsync(Subscription, 100, returnImmediately: false, gone);

    /// <summary>The answer of a pull that must end by itself, in real time, or the test fails.</summary>
    public static Task<IReadOnlyList<ReceivedMessage>> Soon(Task<IReadOnlyList<ReceivedMessage>> pull) =>
        pull.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    /// <summary>What a stream of this flow control gets, now or once it may.</summary>
    public Task<IReadOnlyList<ReceivedMessage>> Stream(FlowControl flow) =>
        Broker.PullAsync(Subscription, flow, TestContext.Current.CancellationToken);

    public void Ack(ReceivedMessage message) => Broker.Acknowledge(Subscription, [message.AckId]);

    public void Nack(ReceivedMessage message) => Broker.ModifyAckDeadline(Subscription, [message.AckId], 0);

    public void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public void Dispose() => Broker.Dispose();
}
