namespace OrleansSie.Silo.Configuration;

/// <summary>How silos find and reach each other: the <c>clustering</c> section.</summary>
internal sealed class ClusteringOptions
{
    /// <summary>The silo port of a silo that others have to reach.</summary>
    public const int SharedSiloPort = 11111;

    /// <summary>How silos find each other. Default: <see cref="ClusteringProvider.localhost"/>, one silo.</summary>
    public ClusteringProvider Provider { get; init; } = ClusteringProvider.localhost;

    /// <summary>
    /// TCP port that silos talk to each other on; 0 takes any free port. Default: <see cref="SharedSiloPort"/>, and 0 for one silo.
    /// </summary>
    public int SiloPort { get; init; }

    /// <summary>TCP port of the Orleans gateway, or null to open none. Default: none, since nothing is a client.</summary>
    public int? GatewayPort { get; init; }

    /// <summary>Silos of one cluster share this id; a new id starts a new membership table. Default: <c>orleans-sie</c>.</summary>
    public string ClusterId { get; init; } = "orleans-sie";

    /// <summary>Names the data in a store; a new id starts with no counts. Default: <c>orleans-sie</c>.</summary>
    public string ServiceId { get; init; } = "orleans-sie";

    /// <summary>IP address that other silos reach this one at. Default: <c>POD_IP</c>, else null for Orleans' own choice.</summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>This silo's name in logs and the membership table. Default: <c>POD_NAME</c>, else null for Orleans' own choice.</summary>
    public string? SiloName { get; init; }

    /// <summary>The Redis server of the membership table. Default: the one of <c>storage.redis</c>.</summary>
    public RedisOptions Redis { get; init; } = new();

    /// <summary>The ConfigMaps of the membership table.</summary>
    public KubernetesOptions Kubernetes { get; init; } = new();

    /// <summary>What is set.</summary>
    public static ClusteringOptions From(Settings settings, RedisOptions storage, RedisOptions own)
    {
        var provider = settings.Get(ConfigurationKeys.ClusteringProvider);
        return new()
        {
            Provider = provider,
            SiloPort = settings.Get(ConfigurationKeys.SiloPort, provider is ClusteringProvider.localhost ? 0 : SharedSiloPort),
            GatewayPort = settings.Get(ConfigurationKeys.GatewayPort),
            ClusterId = settings.Get(ConfigurationKeys.ClusterId),
            ServiceId = settings.Get(ConfigurationKeys.ServiceId),
            AdvertisedAddress = settings.Get(ConfigurationKeys.AdvertisedAddress),
            SiloName = settings.Get(ConfigurationKeys.SiloName),
            Redis = own.ConnectionString is null ? storage : own,
            Kubernetes = KubernetesOptions.From(settings),
        };
    }
}

/// <summary>How silos find each other. The names are the values of <c>clustering.provider</c>.</summary>
internal enum ClusteringProvider
{
    /// <summary>One silo, which looks for no other.</summary>
    localhost,

    /// <summary>Several silos that share a membership table in Redis.</summary>
    redis,

    /// <summary>Several silos that share a membership table in the Kubernetes API.</summary>
    kubernetes,
}

/// <summary>Where the membership table is in Kubernetes: the <c>clustering.kubernetes</c> section.</summary>
internal sealed class KubernetesOptions
{
    /// <summary>The ConfigMap of the table. Default: null, for a name made of service and cluster id.</summary>
    public string? ConfigMap { get; init; }

    /// <summary>Its namespace. Default: <c>POD_NAMESPACE</c>, else null for that of the service account.</summary>
    public string? Namespace { get; init; }

    /// <summary>What is set.</summary>
    public static KubernetesOptions From(Settings settings) => new()
    {
        ConfigMap = settings.Get(ConfigurationKeys.KubernetesConfigMap),
        Namespace = settings.Get(ConfigurationKeys.KubernetesNamespace),
    };
}
