using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Local;
using Xunit;

namespace OrleansSie.Tests.Local;

public sealed class RuleTests
{
    [Fact]
    public void Create_OfWhatExists_IsAlreadyExists()
    {
        using var desk = new Desk();

        Refused(StatusCode.AlreadyExists, () => desk.Broker.CreateTopic(new Topic { Name = Desk.Topic }));
        Refused(StatusCode.AlreadyExists,
            () => desk.Broker.CreateSubscription(new Subscription { Name = Desk.Subscription, Topic = Desk.Topic }));
    }

    [Fact]
    public void Use_OfWhatIsNot_IsNotFound()
    {
        using var desk = new Desk();
        const string nowhere = "projects/p/topics/nowhere";
        const string nobody = "projects/p/subscriptions/nobody";

        Refused(StatusCode.NotFound, () => desk.Broker.GetTopic(nowhere));
        Refused(StatusCode.NotFound, () => desk.Broker.GetSubscription(nobody));
        Refused(StatusCode.NotFound, () => desk.Broker.Publish(nowhere, [Desk.Message("one")]));
        Refused(StatusCode.NotFound, () => desk.Broker.Acknowledge(nobody, ["id"]));
        Refused(StatusCode.NotFound, () => desk.Broker.ModifyAckDeadline(nobody, ["id"], 0));
        Refused(StatusCode.NotFound, () => desk.Broker.PullAsync(nobody, 1, true, CancellationToken.None));
        Refused(StatusCode.NotFound, () => desk.Broker.CreateSubscription(new Subscription { Name = nobody, Topic = nowhere }));
        Refused(StatusCode.NotFound, () => desk.Broker.CreateSubscription(new Subscription
        {
            Name = nobody,
            Topic = Desk.Topic,
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
        using var desk = new Desk();

        Refused(StatusCode.InvalidArgument, () => desk.Broker.CreateTopic(new Topic { Name = name }));
    }

    [Fact]
    public void CreateSubscription_ImpossibleSettings_IsInvalid()
    {
        Refused(StatusCode.InvalidArgument, () => new Desk(ackDeadline: 9));
        Refused(StatusCode.InvalidArgument, () => new Desk(ackDeadline: 601));
        Refused(StatusCode.InvalidArgument,
            () => new Desk(dead: new DeadLetterPolicy { DeadLetterTopic = Desk.DeadTopic, MaxDeliveryAttempts = 4 }));
        Refused(StatusCode.InvalidArgument,
            () => new Desk(dead: new DeadLetterPolicy { DeadLetterTopic = Desk.DeadTopic, MaxDeliveryAttempts = 101 }));
        Refused(StatusCode.InvalidArgument, () => new Desk(new RetryPolicy { MinimumBackoff = new Duration { Seconds = 601 } }));
        Refused(StatusCode.InvalidArgument, () => new Desk(retention: TimeSpan.FromSeconds(599)));
        Refused(StatusCode.InvalidArgument, () => new Desk(retention: TimeSpan.FromDays(31.1)));
    }

    [Fact]
    public void Labels_OfTopicAndSubscription_AreTold()
    {
        using var desk = new Desk();
        var topic = new Topic { Name = "projects/p/topics/labelled", Labels = { ["team"] = "sre" } };
        var subscription = new Subscription { Name = "projects/p/subscriptions/labelled", Topic = topic.Name, Labels = { ["team"] = "sre" } };

        desk.Broker.CreateTopic(topic);
        desk.Broker.CreateSubscription(subscription);

        Assert.Equal(topic, desk.Broker.GetTopic(topic.Name));
        Assert.Equal(subscription.Labels, desk.Broker.GetSubscription(subscription.Name).Labels);
    }

    [Fact]
    public void GetSubscription_DefaultsAsked_TellsWhatTheyAre()
    {
        using var desk = new Desk(new RetryPolicy(), new DeadLetterPolicy { DeadLetterTopic = Desk.DeadTopic });

        var told = desk.Broker.GetSubscription(Desk.Subscription);

        Assert.Equal(10, told.AckDeadlineSeconds);
        Assert.Equal(TimeSpan.FromDays(7), told.MessageRetentionDuration.ToTimeSpan());
        Assert.Equal(5, told.DeadLetterPolicy.MaxDeliveryAttempts);
        Assert.Equal(10, told.RetryPolicy.MinimumBackoff.Seconds);
        Assert.Equal(600, told.RetryPolicy.MaximumBackoff.Seconds);
    }

    [Fact]
    public void Publish_OneMessageOfSeveralIsEmpty_PublishesNone()
    {
        using var desk = new Desk();

        Refused(StatusCode.InvalidArgument, () => desk.Broker.Publish(Desk.Topic, [Desk.Message("one"), new PubsubMessage()]));
        Refused(StatusCode.InvalidArgument, () => desk.Broker.Publish(Desk.Topic, []));

        Assert.Equal(0, desk.Broker.Outstanding(Desk.Subscription));
    }

    [Fact]
    public void Publish_OddButLegalData_ComesBackAsItWas()
    {
        using var desk = new Desk();
        var bytes = ByteString.CopyFrom(0xff, 0x00, 0xc3);

        desk.Broker.Publish(Desk.Topic, [new PubsubMessage { Attributes = { ["only"] = "" } }, new PubsubMessage { Data = bytes }]);

        var taken = desk.Take();
        Assert.True(taken[0].Message.Data.IsEmpty);
        Assert.Equal("", taken[0].Message.Attributes["only"]);
        Assert.Equal(bytes, taken[1].Message.Data);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Publish_DataAroundTheLimit_IsDecidedToTheByte(int above, bool legal)
    {
        using var desk = new Desk();
        var message = new PubsubMessage { Data = ByteString.CopyFrom(new byte[PublishRules.MaxDataBytes + above]) };

        if (legal)
        {
            desk.Broker.Publish(Desk.Topic, [message]);
        }
        else
        {
            Refused(StatusCode.InvalidArgument, () => desk.Broker.Publish(Desk.Topic, [message]));
        }

        Assert.Equal(legal ? 1 : 0, desk.Broker.Outstanding(Desk.Subscription));
    }

    [Fact]
    public void Publish_ClientSetsIdAndTime_TheBrokerSetsItsOwn()
    {
        using var desk = new Desk();
        var message = Desk.Message("one");
        message.MessageId = "mine";
        message.PublishTime = new Timestamp { Seconds = 1 };

        var id = Assert.Single(desk.Broker.Publish(Desk.Topic, [message]));

        var taken = Assert.Single(desk.Take()).Message;
        Assert.NotEqual("mine", id);
        Assert.Equal(id, taken.MessageId);
        Assert.Equal(desk.Time.GetUtcNow(), taken.PublishTime.ToDateTimeOffset());
    }

    [Fact]
    public void Publish_AfterARestart_IdsGoOnRising()
    {
        var time = new FakeTimeProvider();
        var ids = new List<long>();
        for (var run = 0; run < 3; run++)
        {
            using var broker = new LocalPubSub(time);
            broker.CreateTopic(new Topic { Name = Desk.Topic });
            ids.AddRange(broker.Publish(Desk.Topic, [Desk.Message("one"), Desk.Message("two")]).Select(long.Parse));
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(ids.Order().Distinct(), ids);
    }

    [Fact]
    public void Settle_ArgumentsOutOfRange_IsInvalid()
    {
        using var desk = new Desk();

        Refused(StatusCode.InvalidArgument, () => desk.Broker.Acknowledge(Desk.Subscription, []));
        Refused(StatusCode.InvalidArgument, () => desk.Broker.ModifyAckDeadline(Desk.Subscription, ["id"], 601));
        Refused(StatusCode.InvalidArgument, () => desk.Broker.ModifyAckDeadline(Desk.Subscription, ["id"], -1));
        Refused(StatusCode.InvalidArgument, () => desk.Broker.PullAsync(Desk.Subscription, 0, true, CancellationToken.None));
    }

    private static void Refused(StatusCode code, Func<object> act) => Assert.Equal(code, Assert.Throws<RpcException>(() => { act(); }).StatusCode);

    private static void Refused(StatusCode code, Action act) => Assert.Equal(code, Assert.Throws<RpcException>(act).StatusCode);
}
