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
}
