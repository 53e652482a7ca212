using System.Globalization;

namespace OrleansSie.Silo.Configuration;

/// <summary>The rows of the table of settings for one entry of the <c>projects</c> list.</summary>
internal sealed class ProjectKeys
{
    /// <summary>The list's name in the file.</summary>
    public const string List = "projects";

    /// <summary>More entries than this are refused: many projects are better watched by one sink of their folder.</summary>
    public const int MaxEntries = 100;

    private ProjectKeys(string place)
    {
        Entry = $"{List}.{place}";
        Name = new(
            $"{Entry}.name", ValueFormats.ProjectId, _ => string.Empty,
            "One more project whose instances are watched; `N` counts the list's entries from 0.")
        {
            DefaultInWords = "required in each entry",
        };
        CreationSubscription = new(
            $"{Entry}.instance_creation_subscription_name", ValueFormats.Subscription, _ => string.Empty,
            "The subscription that this project's creations are pulled from; a short name belongs to this project.")
        {
            DefaultInWords = "that of `pubsub`",
        };
        InterruptionSubscription = new(
            $"{Entry}.instance_interruption_subscription_name", ValueFormats.Subscription, _ => string.Empty,
            "The subscription that this project's interruptions are pulled from.")
        {
            DefaultInWords = "that of `pubsub`",
        };
    }

    /// <summary>The keys of every entry that the list may have, in its order.</summary>
    public static IReadOnlyList<ProjectKeys> Entries { get; } =
        [.. Enumerable.Range(0, MaxEntries).Select(index => new ProjectKeys(index.ToString(CultureInfo.InvariantCulture)))];

    /// <summary>The keys as the documentation shows them, with <c>N</c> for the entry's place.</summary>
    public static ProjectKeys Documented { get; } = new("N");

    /// <summary>Path of the entry: <c>projects.0</c>.</summary>
    public string Entry { get; }

    public ConfigurationKey<string> Name { get; }

    public ConfigurationKey<string> CreationSubscription { get; }

    public ConfigurationKey<string> InterruptionSubscription { get; }

    /// <summary>The keys of this entry, in the order of the documentation.</summary>
    public IReadOnlyList<ConfigurationKey> All => [Name, CreationSubscription, InterruptionSubscription];

    /// <summary>Whether anything sets a key of this entry.</summary>
    public bool IsGiven(Settings settings) => All.Any(settings.IsGiven);
}
