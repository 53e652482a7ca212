namespace OrleansSie.Silo.Configuration;

/// <summary>Makes the options from the file that <c>CONFIG_PATH</c> names and from the environment, which goes before the file.</summary>
internal static class ConfigurationLoader
{
    /// <summary>The options, complete and consistent.</summary>
    /// <param name="environment">The process's environment variables.</param>
    /// <param name="readFile">The text of a file; throws as <see cref="File.ReadAllText(string)"/> does.</param>
    /// <exception cref="ConfigurationException">Something is wrong; it lists everything that is.</exception>
    public static SieOptions Load(IReadOnlyDictionary<string, string> environment, Func<string, string> readFile)
    {
        var faults = new List<ConfigurationFault>();
        var variables = new EnvironmentSource(environment, faults);
        var source = variables.Value(FileSource.PathVariable);
        var file = source is null ? new Dictionary<string, RawValue>() : FileSource.Read(source, readFile, faults);

        var settings = new Settings(file ?? new Dictionary<string, RawValue>(), variables, faults);
        var options = Compose(settings, variables, source, readFile, faults);
        if (file is not null)
        {
            CombinationRules.Check(options, settings, variables, faults);
        }

        return faults.Count == 0 ? options : throw new ConfigurationException(faults);
    }

    private static SieOptions Compose(
        Settings settings, EnvironmentSource variables, string? source, Func<string, string> readFile, List<ConfigurationFault> faults)
    {
        var isLocal = source is null && !ProjectSettings.AreGiven(settings);
        var projects = ProjectSettings.Read(settings);
        var storage = Storage(settings, readFile, faults);
        return new()
        {
            IsLocal = isLocal,
            Source = source,
            LogLevel = settings.Get(ConfigurationKeys.LogLevel),
            LogFormat = settings.Get(ConfigurationKeys.LogFormat),
            ProjectName = projects[0].Name,
            Projects = projects,
            ProjectsOnly = settings.Get(ConfigurationKeys.ProjectsOnly),
            ClusterName = settings.Get(ConfigurationKeys.ClusterName),
            PubSub = PubSub(settings, projects[0], isLocal ? null : EmulatorHost(variables, faults)),
            Prometheus = Prometheus(settings, isLocal),
            Storage = storage,
            Clustering = Clustering(settings, storage.Redis, readFile, faults),
            Compute = new() { Endpoint = settings.Get(ConfigurationKeys.ComputeEndpoint) },
            Inventory = Inventory(settings),
            Repair = new() { Enabled = settings.Get(ConfigurationKeys.RepairEnabled) },
            Attribution = new() { Timeout = settings.Get(ConfigurationKeys.AttributionTimeout) },
            Instances = new() { Retention = settings.Get(ConfigurationKeys.InstancesRetention) },
            Clusters = new() { Retention = settings.Get(ConfigurationKeys.ClustersRetention) },
            Local = new() { PubSubPort = settings.Get(ConfigurationKeys.LocalPubSubPort) },
            Notices = StartNotices.Of(isLocal, settings, variables),
        };
    }

    private static PubSubOptions PubSub(Settings settings, ProjectOptions first, string? emulatorHost) => new()
    {
        ProjectName = first.Name,
        InstanceCreationSubscriptionName = first.InstanceCreationSubscriptionName,
        InstanceInterruptionSubscriptionName = first.InstanceInterruptionSubscriptionName,
        EmulatorHost = emulatorHost,
        MessageRetention = settings.Get(ConfigurationKeys.MessageRetention),
    };

    private static InventoryOptions Inventory(Settings settings) => new()
    {
        Enabled = settings.Get(ConfigurationKeys.InventoryEnabled),
        Interval = settings.Get(ConfigurationKeys.InventoryInterval),
        Filter = settings.Get(ConfigurationKeys.InventoryFilter),
    };

    private static PrometheusOptions Prometheus(Settings settings, bool isLocal) => new()
    {
        Port = settings.Get(ConfigurationKeys.PrometheusPort),
        Path = settings.Get(ConfigurationKeys.PrometheusPath),
        Address = settings.Get(
            ConfigurationKeys.PrometheusAddress, isLocal ? PrometheusOptions.LoopbackAddress : PrometheusOptions.AnyAddress),
        ClusterLabel = settings.Get(ConfigurationKeys.ClusterLabel),
    };

    private static StorageOptions Storage(Settings settings, Func<string, string> readFile, List<ConfigurationFault> faults) => new()
    {
        Provider = settings.Get(ConfigurationKeys.StorageProvider),
        Path = settings.Get(ConfigurationKeys.StoragePath),
        Memory = settings.Get(ConfigurationKeys.StorageMemory),
        Redis = new RedisSettings(settings, ConfigurationKeys.StorageRedis, readFile, faults).Read(),
    };

    private static ClusteringOptions Clustering(
        Settings settings, RedisOptions storage, Func<string, string> readFile, List<ConfigurationFault> faults)
    {
        var provider = settings.Get(ConfigurationKeys.ClusteringProvider);
        var own = new RedisSettings(settings, ConfigurationKeys.ClusteringRedis, readFile, faults).Read();
        return new()
        {
            Provider = provider,
            SiloPort = settings.Get(ConfigurationKeys.SiloPort, provider is ClusteringProvider.localhost ? 0 : ClusteringOptions.SharedSiloPort),
            GatewayPort = settings.Get(ConfigurationKeys.GatewayPort),
            ClusterId = settings.Get(ConfigurationKeys.ClusterId),
            ServiceId = settings.Get(ConfigurationKeys.ServiceId),
            AdvertisedAddress = settings.Get(ConfigurationKeys.AdvertisedAddress),
            SiloName = settings.Get(ConfigurationKeys.SiloName),
            Redis = own.ConnectionString is null ? storage : own,
            Kubernetes = new()
            {
                ConfigMap = settings.Get(ConfigurationKeys.KubernetesConfigMap),
                Namespace = settings.Get(ConfigurationKeys.KubernetesNamespace),
            },
        };
    }

    private static string? EmulatorHost(EnvironmentSource variables, List<ConfigurationFault> faults)
    {
        if (variables.Value(PubSubOptions.EmulatorVariable) is not { } text)
        {
            return null;
        }

        if (!ValueFormats.HostAndPort.TryRead(text, out var host))
        {
            faults.Add(new(
                PubSubOptions.EmulatorVariable,
                $"{PubSubOptions.EmulatorVariable} is {Wording.Value(text)}",
                $"give {ValueFormats.HostAndPort.Accepts}"));
        }

        return host;
    }
}
