namespace OrleansSie.Silo.Configuration;

/// <summary>Makes the options from the file that <c>CONFIG_PATH</c> names and from the environment, which overrides the file.</summary>
internal static class ConfigurationLoader
{
    /// <summary>The options, complete and consistent.</summary>
    /// <param name="environment">The process's environment variables.</param>
    /// <param name="readFile">The text of a file; throws as <see cref="File.ReadAllText(string)"/> does.</param>
    /// <exception cref="ConfigurationException">Something is wrong; it lists everything that is.</exception>
    public static SieOptions Load(IReadOnlyDictionary<string, string> environment, Func<string, string> readFile)
    {
        var faults = new List<ConfigurationError>();
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
        Settings settings, EnvironmentSource variables, string? source, Func<string, string> readFile, List<ConfigurationError> faults)
    {
        RedisOptions Redis(RedisKeys keys) => new RedisSettings(settings, keys, readFile, faults).Read();

        var isLocal = source is null && !ProjectSettings.AreGiven(settings);
        var projects = ProjectSettings.Read(settings);
        var storage = StorageOptions.From(settings, Redis(ConfigurationKeys.StorageRedis));
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
            PubSub = PubSubOptions.From(settings, projects[0], isLocal ? null : EmulatorHost(variables, faults)),
            Prometheus = PrometheusOptions.From(settings, isLocal),
            Metrics = MetricsOptions.From(settings),
            Storm = StormOptions.From(settings),
            Storage = storage,
            Clustering = ClusteringOptions.From(settings, storage.Redis, Redis(ConfigurationKeys.ClusteringRedis)),
            Compute = ComputeOptions.From(settings),
            Inventory = InventoryOptions.From(settings),
            Repair = RepairOptions.From(settings),
            Attribution = AttributionOptions.From(settings),
            Instances = InstancesOptions.From(settings),
            Clusters = ClustersOptions.From(settings),
            Local = LocalOptions.From(settings),
            Notices = StartNotices.Of(isLocal, settings, variables),
        };
    }

    private static string? EmulatorHost(EnvironmentSource variables, List<ConfigurationError> faults)
    {
        if (variables.Value(PubSubOptions.EmulatorVariable) is not { } text)
        {
            return null;
        }

        if (!ValueFormats.HostAndPort.TryRead(text, out var host))
        {
            faults.Add(new($"{PubSubOptions.EmulatorVariable} is {Wording.Value(text)}", $"give {ValueFormats.HostAndPort.Accepts}"));
        }

        return host;
    }
}

/// <summary>One thing that is wrong with the configuration. Never holds a secret.</summary>
/// <param name="Problem">What is wrong; names the key and where it was given.</param>
/// <param name="Remedy">What would be right.</param>
internal sealed record ConfigurationError(string Problem, string Remedy)
{
    /// <summary>The line an operator reads.</summary>
    public override string ToString() => $"{Problem}: {Remedy}";
}

/// <summary>The configuration cannot be used. Its text is for the operator: one line a fault, no stack trace, no secret.</summary>
/// <param name="faults">Everything that is wrong, in the order of the file and then of the documentation.</param>
internal sealed class ConfigurationException(IEnumerable<ConfigurationError> faults) : Exception(string.Join('\n', faults))
{
    /// <summary>Equal to <see cref="Exception.Message"/>.</summary>
    public override string ToString() => Message;
}
