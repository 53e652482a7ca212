namespace OrleansSie.Silo.Configuration;

/// <summary>One watched project and its subscriptions: an entry of the <c>projects</c> list, or the original's top level keys.</summary>
internal sealed record ProjectOptions
{
    /// <summary>Project id.</summary>
    public required string Name { get; init; }

    /// <summary>Subscription with creations, short or full. Default: the name that the <c>pubsub</c> section has.</summary>
    public required string InstanceCreationSubscriptionName { get; init; }

    /// <summary>Subscription with interruptions, short or full. Default: the name that the <c>pubsub</c> section has.</summary>
    public required string InstanceInterruptionSubscriptionName { get; init; }

    /// <summary>Full names of the project's subscriptions, each once. Several projects may share one of another project.</summary>
    public IReadOnlyList<string> Subscriptions =>
        [.. new[] { InstanceCreationSubscriptionName, InstanceInterruptionSubscriptionName }.Select(FullName).Distinct()];

    private string FullName(string name) =>
        name.Contains('/', StringComparison.Ordinal) ? name : $"projects/{Name}/subscriptions/{name}";
}
