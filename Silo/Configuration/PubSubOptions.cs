namespace OrleansSie.Silo.Configuration;

/// <summary>Which subscriptions are pulled: the <c>pubsub</c> section.</summary>
internal sealed class PubSubOptions
{
    /// <summary>The variable that <see cref="EmulatorHost"/> comes from, the same as for Google's own clients.</summary>
    public const string EmulatorVariable = "PUBSUB_EMULATOR_HOST";

    /// <summary>The project that short subscription names belong to. Default: local mode's.</summary>
    public string ProjectName { get; init; } = SieOptions.LocalProjectName;

    /// <summary>Subscription with creations, short or full. Default: <c>sie-creation-subscription</c>.</summary>
    public string InstanceCreationSubscriptionName { get; init; } = "sie-creation-subscription";

    /// <summary>Subscription with interruptions, short or full. Default: <c>sie-interruption-subscription</c>.</summary>
    public string InstanceInterruptionSubscriptionName { get; init; } = "sie-interruption-subscription";

    /// <summary>
    /// <c>host:port</c> of an emulator that takes Google's place, from <see cref="EmulatorVariable"/>. Default: null, and so in local mode.
    /// </summary>
    public string? EmulatorHost { get; init; }

    /// <summary>How long the subscriptions keep messages that are not acknowledged, as they were created. Default: 7 days, as Google's.</summary>
    public TimeSpan MessageRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Full names of the subscriptions to pull, each once: one subscription may carry both kinds of event.</summary>
    public IReadOnlyList<string> Subscriptions =>
        [.. new[] { InstanceCreationSubscriptionName, InstanceInterruptionSubscriptionName }.Select(FullName).Distinct()];

    private string FullName(string name) =>
        name.Contains('/', StringComparison.Ordinal) ? name : $"projects/{ProjectName}/subscriptions/{name}";
}
