using System.Text;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Events;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Events;

/// <summary>Which project a message's event counts for, and whose events are left out.</summary>
public sealed class MessageDecoderTests
{
    private const string Shared = "projects/one/subscriptions/shared";

    [Theory]
    [InlineData("projects/one/subscriptions/made", "one")]
    [InlineData("projects/two/subscriptions/made", "two")]
    [InlineData(Shared, "one")]
    [InlineData("projects/else/subscriptions/made", "one")]
    public void ProjectNumber_ThatNobodyResolves_IsTheProjectOfItsSubscription(string subscription, string project)
    {
        var decoded = Decode(Decoder(projectsOnly: false), subscription, Entries.Interruption("node", "op-1"));

        Assert.Equal($"projects/{project}/zones/europe-west1-c/instances/node", Assert.IsType<InstanceEvent>(decoded.Item).Instance);
    }

    [Fact]
    public void Event_OfAnUnlistedProject_CountsForItself()
    {
        var decoded = Decode(Decoder(projectsOnly: false), Shared, Entries.Interruption("node", "op-1", "three"));

        Assert.Equal("projects/three/zones/europe-west1-c/instances/node", Assert.IsType<InstanceEvent>(decoded.Item).Instance);
    }

    [Fact]
    public void Event_OfAnUnlistedProject_IsLeftOutWithProjectsOnly()
    {
        var decoder = Decoder(projectsOnly: true);

        var left = Decode(decoder, Shared, Entries.Interruption("node", "op-1", "three"));

        Assert.False(left.IsDelivered);
        Assert.Equal(
            new IgnoredMessage(Outcome.unlisted_project, "Project 'three' is not configured, and projects_only is set."), left.Item);
        Assert.True(Decode(decoder, Shared, Entries.Interruption("node", "op-1", "two")).IsDelivered);
        Assert.True(Decode(decoder, Shared, Entries.Interruption("node", "op-1")).IsDelivered);
    }

    [Fact]
    public void NoEvent_OfAnUnlistedProject_KeepsItsOwnOutcome()
    {
        var text = Entries.Interruption("node", "op-1", "three").Replace("preempted", "setLabels", StringComparison.Ordinal);

        var ignored = Assert.IsType<IgnoredMessage>(Decode(Decoder(projectsOnly: true), Shared, text).Item);

        Assert.Equal(Outcome.unknown_method, ignored.Outcome);
    }

    [Fact]
    public void UnlistedProject_WithAHostileName_IsOneShortLineInTheLog()
    {
        var name = "evil\u202E" + new string('x', 500);

        var ignored = Assert.IsType<IgnoredMessage>(Decode(Decoder(projectsOnly: true), Shared, Entries.Interruption("node", "op-1", name)).Item);

        Assert.StartsWith(@"Project 'evil\u{202E}xxx", ignored.Detail, StringComparison.Ordinal);
        Assert.InRange(ignored.Detail!.Length, 100, 200);
    }

    private static MessageDecoder Decoder(bool projectsOnly)
    {
        static ProjectOptions Project(string name) => new()
        {
            Name = name,
            InstanceCreationSubscriptionName = "made",
            InstanceInterruptionSubscriptionName = Shared,
        };
        var options = new SieOptions { ProjectName = "one", Projects = [Project("one"), Project("two")], ProjectsOnly = projectsOnly };
        return new MessageDecoder(new AuditLogParser("one"), new WatchedProjects(options));
    }

    private static PubSubDecoded Decode(MessageDecoder decoder, string subscription, string text) => decoder.Decode(new PubSubReceived(
        subscription, "1", DateTimeOffset.UnixEpoch, 0, Encoding.UTF8.GetBytes(text), new Dictionary<string, string>()));
}
