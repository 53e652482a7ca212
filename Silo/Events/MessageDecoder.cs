using System.Text;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;

namespace OrleansSie.Silo.Events;

/// <summary>Joins transport and meaning: a Pub/Sub message becomes an event on the stream of its instance's shard, or a named reason to ignore it.</summary>
internal sealed class MessageDecoder : IPubSubMessageDecoder
{
    private static readonly StreamId[] _streams =
        [.. Enumerable.Range(0, InstanceShard.Count).Select(shard => StreamId.Create(InstanceStream.Namespace, shard))];

    private readonly AuditLogParser _parser;
    private readonly WatchedProjects _projects;

    public MessageDecoder(AuditLogParser parser, WatchedProjects projects)
    {
        _parser = parser;
        _projects = projects;
    }

    public PubSubDecoded Decode(in PubSubReceived message)
    {
        var entry = _parser.Parse(message.Data.Span, message.MessageId, message.PublishTime, _projects.Of(message.Subscription));
        if (entry.Event is not { } e)
        {
            return PubSubDecoded.Ignore(new IgnoredMessage(entry.Ignored, entry.Detail));
        }

        return _projects.Takes(e.Instance)
            ? PubSubDecoded.Deliver(_streams[InstanceShard.Of(e.Instance)], e)
            : PubSubDecoded.Ignore(new IgnoredMessage(Outcome.unlisted_project, Unlisted(e.Instance)));
    }

    private static string Unlisted(string instance)
    {
        var project = Encoding.UTF8.GetBytes(WatchedProjects.ProjectOf(instance).ToString());
        return $"Project {Excerpt.Of(project)} is not configured, and projects_only is set.";
    }
}
