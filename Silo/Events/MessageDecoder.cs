using System.Collections.Frozen;
using System.Text;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Silo.Configuration;

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

/// <summary>Why a message can never have an effect.</summary>
/// <param name="Outcome">The named reason.</param>
/// <param name="Detail">One sentence for the operator, or null.</param>
internal sealed record IgnoredMessage(Outcome Outcome, string? Detail);

/// <summary>Which project a subscription belongs to, and whether events of a project are taken.</summary>
internal sealed class WatchedProjects
{
    private const int ProjectStart = 9;

    private readonly FrozenDictionary<string, byte[]> _bySubscription;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;
    private readonly bool _areAll;

    public WatchedProjects(SieOptions options)
    {
        _bySubscription = options.Projects
            .SelectMany(project => project.Subscriptions, (project, subscription) => (project.Name, Subscription: subscription))
            .DistinctBy(pair => pair.Subscription)
            .ToFrozenDictionary(pair => pair.Subscription, pair => Encoding.UTF8.GetBytes(pair.Name), StringComparer.Ordinal);
        _names = options.Projects.Select(project => project.Name)
            .ToFrozenSet(StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _areAll = options.ProjectsOnly;
    }

    /// <summary>The project that a subscription is configured for, the first of several; empty for a subscription that is not configured.</summary>
    public ReadOnlySpan<byte> Of(string subscription) => _bySubscription.GetValueOrDefault(subscription);

    /// <summary>Whether events of this instance have an effect: always, unless only configured projects are wanted.</summary>
    /// <param name="instance"><c>projects/{project id}/zones/{zone}/instances/{name}</c>.</param>
    public bool Takes(string instance) => !_areAll || _names.Contains(ProjectOf(instance));

    /// <summary>The project id in an instance's key.</summary>
    public static ReadOnlySpan<char> ProjectOf(string instance) =>
        instance.AsSpan(ProjectStart, instance.IndexOf('/', ProjectStart) - ProjectStart);
}
