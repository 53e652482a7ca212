using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.LocalPubSub;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

public sealed class RuleTests
{
    [Fact]
    public void Create_OfWhatExists_IsAlreadyExists()
    {
        using var fixture = new LocalPubSubFixture();

        Refused(StatusCode.AlreadyExists, () => fixture.Broker.CreateTopic(new Topic { Name = LocalPubSubFixture.Topic }));
        Refused(StatusCode.AlreadyExists,
            () => fixture.Broker.CreateSubscription(new Subscription { Name = LocalPubSubFixture.Subscription, Topic = LocalPubSubFixture.Topic }));
    }

    [Fact]
    public void Use_OfWhatIsNot_IsNotFound()
    {
        using var fixture = new LocalPubSubFixture();
        const string nowhere = "projects/p/topics/nowhere";
        const string nobody = "projects/p/subscriptions/nobody";

        Refused(StatusCode.NotFound, () => fixture.Broker.GetTopic(nowhere));
        Refused(StatusCode.NotFound, () => fixture.Broker.GetSubscription(nobody));
        Refused(StatusCode.NotFound, () => fixture.Broker.Publish(nowhere, [LocalPubSubFixture.Message("one")]));
        Refused(StatusCode.NotFound, () => fixture.Broker.Acknowledge(nobody, ["id"]));
        Refused(StatusCode.NotFound, () => fixture.Broker.ModifyAckDeadline(nobody, ["id"], 0));
        Refused(StatusCode.NotFound, () => fixture.Broker.PullAsync(nobody, 1, true, CancellationToken.None));
        Refused(StatusCode.NotFound, () => fixture.Broker.CreateSubscription(new Subscription { Name = nobody, Topic = nowhere }));
        Refused(StatusCode.NotFound, () => fixture.Broker.CreateSubscription(new Subscription
        {
            Name = nobody,
            Topic = LocalPubSubFixture.Topic,
            DeadLetterPolicy = new DeadLetterPolicy { DeadLetterTopic = nowhere },
        }));
    }

    [Theory]
    [InlineData("topic")]
    [InlineData("projects/p/subscriptions/topic")]
    [InlineData("projects/p/topics/ab")]
    [InlineData("projects/p/topics/1abc")]
    [InlineData("projects/p/topics/googol")]
    [InlineData("projects/p/topics/a b c")]
    [InlineData("projects/p/topics/abc\n")]
    [InlineData("projects//topics/abc")]
    public void CreateTopic_BadName_IsInvalid(string name)
    {
        using var fixture = new LocalPubSubFixture();

        Refused(StatusCode.InvalidArgument, () => fixture.Broker.CreateTopic(new Topic { Name = name }));
    }

    [Fact]
    public void CreateSubscription_ImpossibleSettings_IsInvalid()
    {
        Refused(StatusCode.InvalidArgument, () => new LocalPubSubFixture(ackDeadline: 9));
        Refused(StatusCode.InvalidArgument, () => new LocalPubSubFixture(ackDeadline: 601));
        Refused(StatusCode.InvalidArgument,
            () => new LocalPubSubFixture(dead: new DeadLetterPolicy { DeadLetterTopic = LocalPubSubFixture.DeadTopic, MaxDeliveryAttempts = 4 }));
        Refused(StatusCode.InvalidArgument,
            () => new LocalPubSubFixture(dead: new DeadLetterPolicy { DeadLetterTopic = LocalPubSubFixture.DeadTopic, MaxDeliveryAttempts = 101 }));
        Refused(StatusCode.InvalidArgument, () => new LocalPubSubFixture(new RetryPolicy { MinimumBackoff = new Duration { Seconds = 601 } }));
        Refused(StatusCode.InvalidArgument, () => new LocalPubSubFixture(retention: TimeSpan.FromSeconds(599)));
        Refused(StatusCode.InvalidArgument, () => new LocalPubSubFixture(retention: TimeSpan.FromDays(31.1)));
    }

    [Fact]
    public void Labels_OfTopicAndSubscription_AreTold()
    {
        using var fixture = new LocalPubSubFixture();
        var topic = new Topic { Name = "projects/p/topics/labelled", Labels = { ["team"] = "sre" } };
        var subscription = new Subscription { Name = "projects/p/subscriptions/labelled", Topic = topic.Name, Labels = { ["team"] = "sre" } };

        fixture.Broker.CreateTopic(topic);
        fixture.Broker.CreateSubscription(subscription);

        Assert.Equal(topic, fixture.Broker.GetTopic(topic.Name));
        Assert.Equal(subscription.Labels, fixture.Broker.GetSubscription(subscription.Name).Labels);
    }

    [Fact]
    public void GetSubscription_DefaultsAsked_TellsWhatTheyAre()
    {
        using var fixture = new LocalPubSubFixture(new RetryPolicy(), new DeadLetterPolicy { DeadLetterTopic = LocalPubSubFixture.DeadTopic });

        var told = fixture.Broker.GetSubscription(LocalPubSubFixture.Subscription);

        Assert.Equal(10, told.AckDeadlineSeconds);
        Assert.Equal(TimeSpan.FromDays(7), told.MessageRetentionDuration.ToTimeSpan());
        Assert.Equal(5, told.DeadLetterPolicy.MaxDeliveryAttempts);
        Assert.Equal(10, told.RetryPolicy.MinimumBackoff.Seconds);
        Assert.Equal(600, told.RetryPolicy.MaximumBackoff.Seconds);
    }

    [Fact]
    public void Publish_OneMessageOfSeveralIsEmpty_PublishesNone()
    {
        using var fixture = new LocalPubSubFixture();

        Refused(StatusCode.InvalidArgument, () => fixture.Broker.Publish(LocalPubSubFixture.Topic, [LocalPubSubFixture.Message("one"), new PubsubMessage()]));
        Refused(StatusCode.InvalidArgument, () => fixture.Broker.Publish(LocalPubSubFixture.Topic, []));

        Assert.Equal(0, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));
    }

    [Fact]
    public void Publish_OddButLegalData_ComesBackAsItWas()
    {
        using var fixture = new LocalPubSubFixture();
        var bytes = ByteString.CopyFrom(0xff, 0x00, 0xc3);

        fixture.Broker.Publish(LocalPubSubFixture.Topic, [new PubsubMessage { Attributes = { ["only"] = "" } }, new PubsubMessage { Data = bytes }]);

        var taken = fixture.Take();
        Assert.True(taken[0].Message.Data.IsEmpty);
        Assert.Equal("", taken[0].Message.Attributes["only"]);
        Assert.Equal(bytes, taken[1].Message.Data);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Publish_DataAroundTheLimit_IsDecidedToTheByte(int above, bool legal)
    {
        using var fixture = new LocalPubSubFixture();
        var message = new PubsubMessage { Data = ByteString.CopyFrom(new byte[PublishRules.MaxDataBytes + above]) };

        if (legal)
        {
            fixture.Broker.Publish(LocalPubSubFixture.Topic, [message]);
        }
        else
        {
            Refused(StatusCode.InvalidArgument, () => fixture.Broker.Publish(LocalPubSubFixture.Topic, [message]));
        }

        Assert.Equal(legal ? 1 : 0, fixture.Broker.Outstanding(LocalPubSubFixture.Subscription));
    }

    [Fact]
    public void Publish_ClientSetsIdAndTime_TheBrokerSetsItsOwn()
    {
        using var fixture = new LocalPubSubFixture();
        var message = LocalPubSubFixture.Message("one");
        message.MessageId = "mine";
        message.PublishTime = new Timestamp { Seconds = 1 };

        var id = Assert.Single(fixture.Broker.Publish(LocalPubSubFixture.Topic, [message]));

        var taken = Assert.Single(fixture.Take()).Message;
        Assert.NotEqual("mine", id);
        Assert.Equal(id, taken.MessageId);
        Assert.Equal(fixture.Time.GetUtcNow(), taken.PublishTime.ToDateTimeOffset());
    }

    [Fact]
    public void Publish_AfterARestart_IdsGoOnRising()
    {
        var time = new FakeTimeProvider();
        var ids = new List<long>();
        for (var run = 0; run < 3; run++)
        {
            using var broker = new LocalBroker(time);
            broker.CreateTopic(new Topic { Name = LocalPubSubFixture.Topic });
            ids.AddRange(broker.Publish(LocalPubSubFixture.Topic, [LocalPubSubFixture.Message("one"), LocalPubSubFixture.Message("two")]).Select(long.Parse));
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(ids.Order().Distinct(), ids);
    }

    [Fact]
    public void Settle_ArgumentsOutOfRange_IsInvalid()
    {
        using var fixture = new LocalPubSubFixture();

        Refused(StatusCode.InvalidArgument, () => fixture.Broker.Acknowledge(LocalPubSubFixture.Subscription, []));
        Refused(StatusCode.InvalidArgument, () => fixture.Broker.ModifyAckDeadline(LocalPubSubFixture.Subscription, ["id"], 601));
        Refused(StatusCode.InvalidArgument, () => fixture.Broker.ModifyAckDeadline(LocalPubSubFixture.Subscription, ["id"], -1));
        Refused(StatusCode.InvalidArgument, () => fixture.Broker.PullAsync(LocalPubSubFixture.Subscription, 0, true, CancellationToken.None));
    }

    private static void Refused(StatusCode code, Func<object> act) => Assert.Equal(code, Assert.Throws<RpcException>(() => { act(); }).StatusCode);

    private static void Refused(StatusCode code, Action act) => Assert.Equal(code, Assert.Throws<RpcException>(act).StatusCode);
}
