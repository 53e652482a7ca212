namespace OrleansSie.Silo.Configuration;

/// <summary>The effective settings as a few lines of the log at start. What is not set, or has no effect, is left out.</summary>
internal static class StartLines
{
    private const string Messages = "Messages";
    private const string Compute = "Compute API";
    private const string Limits = "Limits";

    // Where the keys of a section are shown; those of any other section are limits.
    private static readonly OrderedDictionary<string, string> _topics = new(StringComparer.Ordinal)
    {
        ["log_level"] = "Log",
        ["log_format"] = "Log",
        ["projects_only"] = Messages,
        ["pubsub"] = Messages,
        ["local"] = Messages,
        ["prometheus"] = "Metrics",
        ["metrics"] = "Metrics",
        ["storage"] = "Storage",
        ["clustering"] = "Clustering",
        ["compute"] = Compute,
        ["inventory"] = Compute,
        ["repair"] = Compute,
    };

    // The lines of the projects say these in full, and a notice the last one.
    private static readonly ConfigurationKey[] _elsewhere =
        [ConfigurationKeys.ProjectName, ConfigurationKeys.CreationSubscription, ConfigurationKeys.InterruptionSubscription, ConfigurationKeys.ClusterName];

    /// <summary>A line for each project with its subscriptions, then a line for each topic; a secret is shown as <c>***</c>.</summary>
    public static IReadOnlyList<string> Of(SieOptions options)
    {
        var shown = ConfigurationKeys.All
            .Where(key => HasEffect(key, options))
            .Select(key => (Topic: TopicOf(key), Key: key.Path, Value: key.Show(options)))
            .Append((Topic: Messages, Key: PubSubOptions.EmulatorVariable, Value: options.PubSub.EmulatorHost ?? ConfigurationKey.NotSet))
            .Where(setting => setting.Value != ConfigurationKey.NotSet)
            .ToLookup(setting => setting.Topic, setting => $"{setting.Key}={setting.Value}");
        return
        [
            .. options.Projects.Select(project => $"Project {project.Name}: {string.Join(", ", project.Subscriptions)}"),
            .. _topics.Values.Append(Limits).Distinct()
                .Select(topic => $"{topic}: {(shown.Contains(topic) ? string.Join(", ", shown[topic]) : "not used")}"),
        ];
    }

    private static string TopicOf(ConfigurationKey key) => _topics.GetValueOrDefault(key.Path.Split('.')[0], Limits);

    private static bool HasEffect(ConfigurationKey key, SieOptions options) => key switch
    {
        _ when _elsewhere.Contains(key) => false,
        _ when TopicOf(key) == Compute => options.HasComputeApi,
        _ when key == ConfigurationKeys.LocalPubSubPort => options.IsLocal,
        _ when key == ConfigurationKeys.StoragePath || key == ConfigurationKeys.StorageMemory => options.Storage.Provider == StorageProvider.embedded,
        _ when ConfigurationKeys.StorageRedis.All.Contains(key) => options.Storage.Provider == StorageProvider.redis,
        _ when ConfigurationKeys.ClusteringRedis.All.Contains(key) => options.Clustering.Provider == ClusteringProvider.redis,
        _ => true,
    };
}
