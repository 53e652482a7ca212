namespace OrleansSie.Silo.Configuration;

/// <summary>Everything an operator can set. A new instance is local mode with every default; nothing changes after load.</summary>
internal sealed class SieOptions
{
    /// <summary>The project of local mode.</summary>
    public const string LocalProjectName = "local-project";

    /// <summary>The one source of the default values.</summary>
    public static SieOptions Default { get; } = new();

    /// <summary>Whether the process runs its own Pub/Sub: neither a file nor a project is configured. Default: true.</summary>
    public bool IsLocal { get; init; } = true;

    /// <summary>Path of the configuration file (<c>CONFIG_PATH</c>), or null when there is none. Default: null.</summary>
    public string? Source { get; init; }

    /// <summary>The lowest level that is logged. Default: <see cref="LogLevel.Information"/>.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How log lines are written. Default: <see cref="LogFormat.text"/>.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.text;

    /// <summary>Id of the watched Google Cloud project. Default: <see cref="LocalProjectName"/> in local mode, else required.</summary>
    public string ProjectName { get; init; } = LocalProjectName;

    /// <summary>Accepted because files of the original program have it; without effect. Default: null.</summary>
    public string? ClusterName { get; init; }

    /// <summary>Which subscriptions are pulled.</summary>
    public PubSubOptions PubSub { get; init; } = new();

    /// <summary>Where and how metrics are served.</summary>
    public PrometheusOptions Prometheus { get; init; } = new();

    /// <summary>Which series there are, and how many.</summary>
    public MetricsOptions Metrics { get; init; } = new();

    /// <summary>When losses are a storm.</summary>
    public StormOptions Storm { get; init; } = new();

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

    /// <summary>How interruptions without a known cluster are treated.</summary>
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
}

/// <summary>How log lines are written. The names are the values of <c>log_format</c>.</summary>
internal enum LogFormat
{
    /// <summary>For people: one readable line an entry.</summary>
    text,

    /// <summary>For log collectors: one JSON object an entry.</summary>
    json,
}

/// <summary>Where the Compute API is: the <c>compute</c> section.</summary>
internal sealed class ComputeOptions
{
    /// <summary>Google's own address of the API.</summary>
    public const string GoogleEndpoint = "https://compute.googleapis.com";

    /// <summary>Another address than Google's, for tests and private endpoints; null if none is set. Default: null.</summary>
    public string? Endpoint { get; init; }

    /// <summary>What is set.</summary>
    public static ComputeOptions From(Settings settings) => new() { Endpoint = settings.Get(ConfigurationKeys.ComputeEndpoint) };
}

/// <summary>How instances are listed by the Compute API: the <c>inventory</c> section.</summary>
internal sealed class InventoryOptions
{
    /// <summary>Whether instances are listed at all. Default: true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Time between the starts of two listings of a project. Default: 5 minutes.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Minutes after which a listing says nothing of a storm: three intervals, an hour at least. The chart's SieInventoryStale has the same.</summary>
    public int ListingMinutes => Math.Max(60, (int)(3 * Interval).TotalMinutes);

    /// <summary>Who picks GKE's nodes. Default: <see cref="InventoryFilter.client"/>.</summary>
    public InventoryFilter Filter { get; init; } = InventoryFilter.client;

    /// <summary>What is set.</summary>
    public static InventoryOptions From(Settings settings) => new()
    {
        Enabled = settings.Get(ConfigurationKeys.InventoryEnabled),
        Interval = settings.Get(ConfigurationKeys.InventoryInterval),
        Filter = settings.Get(ConfigurationKeys.InventoryFilter),
    };
}

/// <summary>Who picks GKE's nodes out of a project's instances. The names are the setting's values.</summary>
internal enum InventoryFilter
{
    /// <summary>All instances are listed, and this program picks: needs the least of the API's quota.</summary>
    client,

    /// <summary>The API lists only instances with GKE's cluster label: less traffic, and a smaller quota of its own.</summary>
    server,
}

/// <summary>Whether gaps are repaired from the Compute API's operations: the <c>repair</c> section.</summary>
internal sealed class RepairOptions
{
    /// <summary>Whether they are. Default: true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What is set.</summary>
    public static RepairOptions From(Settings settings) => new() { Enabled = settings.Get(ConfigurationKeys.RepairEnabled) };
}

/// <summary>How interruptions without a known cluster are treated: the <c>attribution</c> section.</summary>
internal sealed class AttributionOptions
{
    /// <summary>After this time since its arrival such an interruption is declared unattributed. Default: 1 hour.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What is set.</summary>
    public static AttributionOptions From(Settings settings) => new() { Timeout = settings.Get(ConfigurationKeys.AttributionTimeout) };
}

/// <summary>What is kept of instances: the <c>instances</c> section.</summary>
internal sealed class InstancesOptions
{
    /// <summary>How long an instance's record stays after the arrival of its last news. Default: 45 days.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(45);

    /// <summary>What is set.</summary>
    public static InstancesOptions From(Settings settings) => new() { Retention = settings.Get(ConfigurationKeys.InstancesRetention) };
}

/// <summary>What is kept of clusters: the <c>clusters</c> section.</summary>
internal sealed class ClustersOptions
{
    /// <summary>How long a cluster is shown after the last news of its nodes. Default: null, which means without end.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>What is set.</summary>
    public static ClustersOptions From(Settings settings) => new() { Retention = settings.Get(ConfigurationKeys.ClustersRetention) };
}

/// <summary>What only local mode uses: the <c>local</c> section.</summary>
internal sealed class LocalOptions
{
    /// <summary>TCP port on 127.0.0.1 of the built-in Pub/Sub; 0 takes any free port. Default: 8085.</summary>
    public int PubSubPort { get; init; } = 8085;

    /// <summary>What is set.</summary>
    public static LocalOptions From(Settings settings) => new() { PubSubPort = settings.Get(ConfigurationKeys.LocalPubSubPort) };
}
