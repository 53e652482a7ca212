namespace OrleansSie.Silo.Configuration;

/// <summary>Everything an operator can set. A new instance is local mode with every default; nothing changes after load.</summary>
internal sealed class SieOptions
{
    /// <summary>The project of local mode.</summary>
    public const string LocalProjectName = "local-project";

    /// <summary>The one source of the default values.</summary>
    public static SieOptions Default { get; } = new();

    /// <summary>Whether the process brings its own Pub/Sub: neither a file nor a project is configured. Default: true.</summary>
    public bool IsLocal { get; init; } = true;

    /// <summary>Path of the configuration file (<c>CONFIG_PATH</c>), or null when there is none. Default: null.</summary>
    public string? Source { get; init; }

    /// <summary>The lowest level that is logged. Default: <see cref="LogLevel.Information"/>.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How log lines are written. Default: <see cref="LogFormat.text"/>.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.text;

    /// <summary>Id of the watched Google Cloud project. Default: <see cref="LocalProjectName"/> in local mode, else required.</summary>
    public string ProjectName { get; init; } = LocalProjectName;

    /// <summary>Accepted for the original's files, without effect. Default: null.</summary>
    public string? ClusterName { get; init; }

    /// <summary>Which subscriptions are pulled.</summary>
    public PubSubOptions PubSub { get; init; } = new();

    /// <summary>Where and how metrics are served.</summary>
    public PrometheusOptions Prometheus { get; init; } = new();

    /// <summary>Where counts are kept.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>How silos find and reach each other.</summary>
    public ClusteringOptions Clustering { get; init; } = new();

    /// <summary>
    /// Every watched project, never empty: that of <see cref="ProjectName"/> first, then those of the <c>projects</c> list.
    /// Default: that of <see cref="PubSub"/>.
    /// </summary>
    public IReadOnlyList<ProjectOptions> Projects
    {
        get => field is { Count: > 0 } ? field : [PubSub.Project];
        init;
    }

    /// <summary>Full names of the subscriptions of all projects, each once: one subscription may carry several projects and kinds of event.</summary>
    public IReadOnlyList<string> Subscriptions => [.. Projects.SelectMany(project => project.Subscriptions).Distinct()];

    /// <summary>Whether events of other projects than <see cref="Projects"/> are left out. Default: false.</summary>
    public bool ProjectsOnly { get; init; }

    /// <summary>Where the Compute API is.</summary>
    public ComputeOptions Compute { get; init; } = new();

    /// <summary>How instances are listed by it.</summary>
    public InventoryOptions Inventory { get; init; } = new();

    /// <summary>Whether gaps are repaired from it.</summary>
    public RepairOptions Repair { get; init; } = new();

    /// <summary>What becomes of interruptions without a known cluster.</summary>
    public AttributionOptions Attribution { get; init; } = new();

    /// <summary>What is kept of instances.</summary>
    public InstancesOptions Instances { get; init; } = new();

    /// <summary>What is kept of clusters.</summary>
    public ClustersOptions Clusters { get; init; } = new();

    /// <summary>
    /// Whether there is a Compute API to ask: not in local mode, and with an emulator of Pub/Sub only if <c>compute.endpoint</c> is set.
    /// </summary>
    public bool HasComputeApi => !IsLocal && (PubSub.EmulatorHost is null || Compute.Endpoint is not null);

    /// <summary>What only local mode uses.</summary>
    public LocalOptions Local { get; init; } = new();

    /// <summary>What an operator should know about this configuration though it is valid: one log line each at start.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>The effective settings for one log line at start; a secret is shown as <c>***</c>.</summary>
    public IEnumerable<KeyValuePair<string, string>> Describe() =>
    [
        new(FileSource.PathVariable, Source ?? ConfigurationKey.NotSet),
        new(PubSubOptions.EmulatorVariable, PubSub.EmulatorHost ?? ConfigurationKey.NotSet),
        .. ConfigurationKeys.All.Select(key => new KeyValuePair<string, string>(key.Path, key.Show(this))),
        .. Projects.Skip(1).Select(project =>
            new KeyValuePair<string, string>($"{ProjectKeys.List}.{project.Name}", string.Join(" and ", project.Subscriptions))),
    ];

    /// <summary>The settings of <see cref="Describe"/> on one line.</summary>
    public override string ToString() => string.Join(", ", Describe().Select(setting => $"{setting.Key}={setting.Value}"));
}
