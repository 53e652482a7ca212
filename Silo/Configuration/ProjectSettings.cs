namespace OrleansSie.Silo.Configuration;

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
}
