namespace OrleansSie.Silo.Configuration;

/// <summary>The rules between several keys. A rule says nothing about a key that is at fault by itself.</summary>
internal static class CombinationRules
{
    // Kubernetes sets this variable in every container.
    private const string KubernetesVariable = "KUBERNETES_SERVICE_HOST";

    // The Compute API keeps operations, and with them preemptions, for this long at most.
    private static readonly TimeSpan _repairReach = TimeSpan.FromDays(14);

    /// <summary>Reports every combination that cannot work.</summary>
    public static void Check(SieOptions options, Settings settings, EnvironmentSource variables, List<ConfigurationError> faults)
    {
        CheckMode(options, variables, faults);
        ProjectSettings.Check(options, settings, faults);
        CheckRetention(options, settings, faults);
        CheckClusterRetention(options, settings, faults);
        CheckStorm(options, settings, faults);
        CheckConnectionStrings(settings, faults);
        CheckClustering(settings, faults);
        CheckPorts(options, settings, faults);
    }

    private static void CheckMode(SieOptions options, EnvironmentSource variables, List<ConfigurationError> faults)
    {
        if (options.IsLocal && variables.Value(KubernetesVariable) is not null)
        {
            faults.Add(new(
                $"nothing is configured, which means local mode, but this is Kubernetes ({KubernetesVariable} is set)",
                $"set {FileSource.PathVariable} to the path of the configuration file, "
                    + $"or {ConfigurationKeys.ProjectName.Variable} to the project's id"));
        }
    }

    /// <summary>A message that arrives after its instance's record has been removed would count again.</summary>
    private static void CheckRetention(SieOptions options, Settings settings, List<ConfigurationError> faults)
    {
        var (record, messages) = (ConfigurationKeys.InstancesRetention, ConfigurationKeys.MessageRetention);
        var least = options.PubSub.MessageRetention + _repairReach;
        if (options.Instances.Retention < least && settings.IsSound(record) && settings.IsSound(messages))
        {
            faults.Add(new(
                $"{record.Path} is {record.Show(options)}, too short beside {messages.Path}, which is {messages.Show(options)}",
                $"give at least {DurationText.Show(least)}: 14 days more, for which the Compute API keeps operations"));
        }
    }

    /// <summary>The inventory reports an unchanged node only shortly before its record would be removed.</summary>
    private static void CheckClusterRetention(SieOptions options, Settings settings, List<ConfigurationError> faults)
    {
        var (cluster, instance) = (ConfigurationKeys.ClustersRetention, ConfigurationKeys.InstancesRetention);
        if (options.Clusters.Retention < options.Instances.Retention && settings.IsSound(cluster) && settings.IsSound(instance))
        {
            faults.Add(new(
                $"{cluster.Path} is {cluster.Show(options)}, shorter than {instance.Path}, which is {instance.Show(options)}",
                $"give at least {instance.Show(options)}, or never"));
        }
    }

    /// <summary>A storm that begins at a share below that of its end would end at once.</summary>
    private static void CheckStorm(SieOptions options, Settings settings, List<ConfigurationError> faults)
    {
        var (begin, end) = (ConfigurationKeys.StormBegin, ConfigurationKeys.StormEnd);
        if (options.Storm.EndRatio > options.Storm.BeginRatio && settings.IsSound(begin) && settings.IsSound(end))
        {
            faults.Add(new(
                $"{end.Path} is {end.Show(options)}, more than {begin.Path}, which is {begin.Show(options)}", $"give at most {begin.Show(options)}"));
        }
    }

    private static void CheckConnectionStrings(Settings settings, List<ConfigurationError> faults)
    {
        var (storage, clustering) = (ConfigurationKeys.StorageRedis, ConfigurationKeys.ClusteringRedis);
        var (storageHas, clusteringHas) = (HasServer(storage, settings), HasServer(clustering, settings));
        if (settings.Get(ConfigurationKeys.StorageProvider) is StorageProvider.redis && !storageHas)
        {
            faults.Add(NoServer(ConfigurationKeys.StorageProvider, storage));
        }

        if (settings.Get(ConfigurationKeys.ClusteringProvider) is ClusteringProvider.redis && !clusteringHas && !storageHas)
        {
            faults.Add(NoServer(ConfigurationKeys.ClusteringProvider, clustering));
        }

        if (!clusteringHas && clustering.All.FirstOrDefault(settings.IsGiven) is { } alone)
        {
            faults.Add(new(
                $"{alone.Path} is given without a server, so that of {storage.Connection.Path} would be used without it",
                $"set {clustering.Connection.Variable} too, or remove it"));
        }
    }

    private static bool HasServer(RedisKeys keys, Settings settings) => settings.IsGiven(keys.Connection) || settings.IsGiven(keys.ConnectionFile);

    private static ConfigurationError NoServer(ConfigurationKey provider, RedisKeys keys) => new(
        $"{provider.Path} is redis, but no server is given",
        $"set {keys.Connection.Variable}, or {keys.ConnectionFile.Path} to a file that holds the connection string");

    private static void CheckClustering(Settings settings, List<ConfigurationError> faults)
    {
        var clustering = settings.Get(ConfigurationKeys.ClusteringProvider);
        var storage = settings.Get(ConfigurationKeys.StorageProvider);
        var (storagePath, clusteringPath) = (ConfigurationKeys.StorageProvider.Path, ConfigurationKeys.ClusteringProvider.Path);
        if (clustering is not ClusteringProvider.localhost
            && storage is not StorageProvider.redis
            && settings.IsSound(ConfigurationKeys.StorageProvider))
        {
            faults.Add(new(
                $"{storagePath} is {storage}, which several silos cannot share, but {clusteringPath} is {clustering}",
                $"set {storagePath} to redis, or {clusteringPath} to localhost"));
        }
    }

    private static void CheckPorts(SieOptions options, Settings settings, List<ConfigurationError> faults)
    {
        (ConfigurationKey Key, int Port)[] ports =
        [
            (ConfigurationKeys.PrometheusPort, options.Prometheus.Port),
            (ConfigurationKeys.SiloPort, options.Clustering.SiloPort),
            (ConfigurationKeys.GatewayPort, options.Clustering.GatewayPort ?? 0),
            (ConfigurationKeys.LocalPubSubPort, options.IsLocal ? options.Local.PubSubPort : 0),
        ];
        var chosen = ports.Where(port => port.Port > 0 && settings.IsSound(port.Key));
        foreach (var same in chosen.GroupBy(port => port.Port).Where(group => group.Count() > 1))
        {
            var keys = string.Join(" and ", same.Select(port => port.Key.Path));
            faults.Add(new($"{keys} have the same port {same.Key}", "give each its own port"));
        }
    }
}
