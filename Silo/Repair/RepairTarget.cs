using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Repair;

/// <summary>A project whose interruptions come by a subscription.</summary>
/// <param name="Project">Project id.</param>
/// <param name="Subscription">Full name of the subscription, which may carry other projects too.</param>
internal sealed record RepairTarget(string Project, string Subscription)
{
    /// <summary>One for each configured project.</summary>
    public static IReadOnlyList<RepairTarget> Of(SieOptions options) => options.Projects.Count == 0
        ? [new RepairTarget(options.ProjectName, options.PubSub.Subscriptions[^1])]
        : [.. options.Projects.Select(p => new RepairTarget(p.Name, FullName(p.Name, p.InstanceInterruptionSubscriptionName)))];

    private static string FullName(string project, string subscription) =>
        subscription.Contains('/', StringComparison.Ordinal) ? subscription : $"projects/{project}/subscriptions/{subscription}";
}
