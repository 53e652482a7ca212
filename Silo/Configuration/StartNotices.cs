namespace OrleansSie.Silo.Configuration;

/// <summary>What is legal but worth a line in the log at start.</summary>
internal static class StartNotices
{
    /// <summary>The lines for one configuration, none of them with a secret.</summary>
    public static IReadOnlyList<string> Of(bool isLocal, Settings settings, EnvironmentSource variables)
    {
        var notices = new List<string>();
        if (isLocal)
        {
            notices.Add("Local mode: nothing is configured, so this process brings its own Pub/Sub. "
                + "Set CONFIG_PATH or SIE__PROJECT_NAME to watch a project.");
        }

        if (variables.Value(PubSubOptions.EmulatorVariable) is not null)
        {
            notices.Add(isLocal
                ? "PUBSUB_EMULATOR_HOST is ignored in local mode. Unset it, or set SIE__PROJECT_NAME to use that emulator."
                : "PUBSUB_EMULATOR_HOST is set: messages come from that emulator, not from Google. Unset it in production.");
        }

        if (settings.Get(ConfigurationKeys.ClusteringProvider) is ClusteringProvider.localhost)
        {
            notices.Add(Storage(settings));
        }

        if (settings.IsGiven(ConfigurationKeys.ClusterName))
        {
            notices.Add("cluster_name is accepted but has no effect: clusters are told apart by their events. It can be removed.");
        }

        if (settings.Get(ConfigurationKeys.ComputeEndpoint) is { } endpoint && endpoint.StartsWith("http://", StringComparison.Ordinal))
        {
            notices.Add("compute.endpoint is plain http, so the Compute API is asked without credentials. Use https in production.");
        }

        foreach (var redis in new[] { ConfigurationKeys.StorageRedis, ConfigurationKeys.ClusteringRedis })
        {
            if (HeldPassword(redis, settings) is { } held)
            {
                notices.Add($"The file holds a password in {held.Path}. Move it to a secret: set {redis.Password.Variable} or {redis.PasswordFile.Path}.");
            }
        }

        return notices;
    }

    /// <summary>The key by which the configuration file holds a password, or null.</summary>
    private static ConfigurationKey<string?>? HeldPassword(RedisKeys redis, Settings settings)
    {
        if (settings.Raw(redis.Password) is { FromEnvironment: false })
        {
            return redis.Password;
        }

        var holds = settings.Raw(redis.Connection) is { FromEnvironment: false }
            && settings.Get(redis.Connection) is { } text
            && !string.IsNullOrEmpty(RedisConnectionString.Parse(text)?.Password);
        return holds ? redis.Connection : null;
    }

    private static string Storage(Settings settings) => settings.Get(ConfigurationKeys.StorageProvider) switch
    {
        StorageProvider.embedded =>
            $"Counts are kept by this process in '{settings.Get(ConfigurationKeys.StoragePath)}', for one silo. "
            + "For several set storage.provider and clustering.provider to redis.",
        StorageProvider.memory =>
            "Counts are kept in memory and are lost when this process ends. Set storage.provider to embedded or redis to keep them.",
        _ => "Counts are kept in Redis, by one silo. Set clustering.provider to redis before a second one is started.",
    };
}
