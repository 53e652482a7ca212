namespace OrleansSie.Silo.Configuration;

/// <summary>What <c>project_name</c> and the <c>projects</c> list must be together.</summary>
internal static class ProjectRules
{
    /// <summary>Reports a missing project, an entry without a name, a gap in the list, and a project that is named twice.</summary>
    public static void Check(SieOptions options, Settings settings, List<ConfigurationFault> faults)
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
            faults.Add(new(gap, $"{gap} is left out, but {given[^1].Entry} is given", "number the entries from 0 without a gap"));
        }

        CheckNames(settings, given, faults);
    }

    private static ConfigurationFault Missing(ConfigurationKey<string> key) =>
        new(key.Path, $"{key.Path} is missing", $"set it in the file, or {key.Variable}, to {key.Accepts}");

    private static void CheckNames(Settings settings, List<ProjectKeys> given, List<ConfigurationFault> faults)
    {
        var named = given.Select(entry => entry.Name)
            .Prepend(ConfigurationKeys.ProjectName)
            .Where(key => settings.IsGiven(key) && settings.IsSound(key));
        foreach (var same in named.GroupBy(key => settings.Get(key), StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            var keys = string.Join(" and ", same.Select(key => key.Path));
            faults.Add(new(same.First().Path, $"{keys} are the same project '{same.Key}'", "name each project once"));
        }
    }
}
