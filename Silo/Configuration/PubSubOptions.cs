namespace OrleansSie.Silo.Configuration;

/// <summary>Which subscriptions of the first project are pulled: the <c>pubsub</c> section.</summary>
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

    /// <summary>The first project, whose subscriptions these are.</summary>
    public ProjectOptions Project => new()
    {
        Name = ProjectName,
        InstanceCreationSubscriptionName = InstanceCreationSubscriptionName,
        InstanceInterruptionSubscriptionName = InstanceInterruptionSubscriptionName,
    };

    /// <summary>Full names of the first project's subscriptions, each once; those of all projects are in <see cref="SieOptions.Subscriptions"/>.</summary>
    public IReadOnlyList<string> Subscriptions => Project.Subscriptions;
}
