using System.Globalization;

namespace OrleansSie.Silo.Configuration;

/// <summary>The rows of the table of settings for one entry of the <c>projects</c> list.</summary>
internal sealed class ProjectKeys
{
    /// <summary>The list's name in the file.</summary>
    public const string List = "projects";

    /// <summary>More entries than this are refused: many projects are better watched by one sink of their folder.</summary>
    public const int MaxEntries = 100;

    private const string Inherited = "that of `pubsub`";

    private ProjectKeys(string place)
    {
        Entry = $"{List}.{place}";
        Name = new(
            $"{Entry}.name", ValueFormats.ProjectId, _ => string.Empty,
            "One more project to watch; `N` counts from 0.") { DefaultInWords = "required" };
        CreationSubscription = new(
            $"{Entry}.instance_creation_subscription_name", ValueFormats.Subscription, _ => string.Empty,
            "Subscription of its creations.") { DefaultInWords = Inherited };
        InterruptionSubscription = new(
            $"{Entry}.instance_interruption_subscription_name", ValueFormats.Subscription, _ => string.Empty,
            "Subscription of its interruptions.") { DefaultInWords = Inherited };
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

/// <summary>Reads the watched projects: that of <c>project_name</c> first, then the <c>projects</c> list in its order.</summary>
internal static class ProjectSettings
{
    /// <summary>Whether any project is given, if only by an illegal value.</summary>
    public static bool AreGiven(Settings settings) =>
        settings.IsGiven(ConfigurationKeys.ProjectName) || ProjectKeys.Entries.Any(entry => entry.IsGiven(settings));

    /// <summary>The projects, at least one: where neither key names one it is local mode's.</summary>
    public static IReadOnlyList<ProjectOptions> Read(Settings settings)
    {
        var creation = settings.Get(ConfigurationKeys.CreationSubscription);
        var interruption = settings.Get(ConfigurationKeys.InterruptionSubscription);
        ProjectOptions[] listed =
        [
            .. ProjectKeys.Entries.Where(entry => settings.IsGiven(entry.Name)).Select(entry => new ProjectOptions
            {
                Name = settings.Get(entry.Name),
                InstanceCreationSubscriptionName = settings.Get(entry.CreationSubscription, creation),
                InstanceInterruptionSubscriptionName = settings.Get(entry.InterruptionSubscription, interruption),
            }),
        ];
        if (listed.Length > 0 && !settings.IsGiven(ConfigurationKeys.ProjectName))
        {
            return listed;
        }

        var first = new ProjectOptions
        {
            Name = settings.Get(ConfigurationKeys.ProjectName),
            InstanceCreationSubscriptionName = creation,
            InstanceInterruptionSubscriptionName = interruption,
        };
        return [first, .. listed];
    }

    /// <summary>Reports a missing project, an entry without a name, a gap in the list, and a project that is named twice.</summary>
    public static void Check(SieOptions options, Settings settings, List<ConfigurationError> faults)
    {
        var given = ProjectKeys.Entries.Where(entry => entry.IsGiven(settings)).ToList();
        if (!options.IsLocal && given.Count == 0 && !settings.IsGiven(ConfigurationKeys.ProjectName))
        {
            faults.Add(Missing(ConfigurationKeys.ProjectName));
        }

        faults.AddRange(given.Where(entry => !settings.IsGiven(entry.Name)).Select(entry => Missing(entry.Name)));
        if (given.Count > 0 && given[^1] != ProjectKeys.Entries[given.Count - 1])
        {
            var gap = ProjectKeys.Entries.First(entry => !entry.IsGiven(settings)).Entry;
            faults.Add(new($"{gap} is left out, but {given[^1].Entry} is given", "number the entries from 0 without a gap"));
        }

        var named = given.Select(entry => entry.Name)
            .Prepend(ConfigurationKeys.ProjectName)
            .Where(key => settings.IsGiven(key) && settings.IsSound(key));
        foreach (var same in named.GroupBy(key => settings.Get(key), StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            var keys = string.Join(" and ", same.Select(key => key.Path));
            faults.Add(new($"{keys} are the same project '{same.Key}'", "name each project once"));
        }
    }

    private static ConfigurationError Missing(ConfigurationKey<string> key) =>
        new($"{key.Path} is missing", $"set it in the file, or {key.Variable}, to {key.Accepts}");
}
