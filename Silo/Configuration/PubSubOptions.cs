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

    /// <summary>What is set.</summary>
    public static PubSubOptions From(Settings settings, ProjectOptions first, string? emulatorHost) => new()
    {
        ProjectName = first.Name,
        InstanceCreationSubscriptionName = first.InstanceCreationSubscriptionName,
        InstanceInterruptionSubscriptionName = first.InstanceInterruptionSubscriptionName,
        EmulatorHost = emulatorHost,
        MessageRetention = settings.Get(ConfigurationKeys.MessageRetention),
    };
}

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
