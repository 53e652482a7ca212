using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Repair;

/// <summary>A project whose interruptions come by a subscription.</summary>
/// <param name="Project">Project id.</param>
/// <param name="Subscription">Full name of the subscription, which may carry other projects too.</param>
internal sealed record RepairTarget(string Project, string Subscription)
{
    /// <summary>One for each configured project.</summary>
    public static IReadOnlyList<RepairTarget> Of(SieOptions options) =>
        [.. options.Projects.Select(project => new RepairTarget(project.Name, project.Subscriptions[^1]))];
}
