using System.Collections.Frozen;
using System.Text;
using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Events;

/// <summary>Which project a subscription stands for, and whether events of a project are taken.</summary>
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
