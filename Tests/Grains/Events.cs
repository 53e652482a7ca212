using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Tests.Grains;

/// <summary>Events of one instance name, as the parser would make them.</summary>
internal static class Events
{
    public const string Instance = "projects/p/zones/europe-west1-c/instances/gke-1";
    public const string Cluster = "p/europe-west1/c";

    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static InstanceEvent Created(string id = "create-1", ulong? instanceId = null, DateTimeOffset? at = null, string cluster = "c") => new()
    {
        Instance = Instance,
        Kind = InstanceEventKind.created,
        At = at ?? Noon,
        AtIsPublishTime = at is null,
        EventId = id,
        InstanceId = instanceId,
        Description = new InstanceDescription(cluster, cluster.Length == 0 ? "" : "europe-west1", "spot-pool", "n2d-standard-8", "spot"),
    };

    public static InstanceEvent Interrupted(string id = "interrupt-1", ulong? instanceId = null, DateTimeOffset? at = null) => new()
    {
        Instance = Instance,
        Kind = InstanceEventKind.interrupted,
        At = at ?? Noon,
        AtIsPublishTime = at is null,
        EventId = id,
        InstanceId = instanceId,
        Reason = InterruptionReason.Preempted,
    };

    public static InstanceEvent Deleted(string id = "delete-1", ulong? instanceId = null, DateTimeOffset? at = null) => new()
    {
        Instance = Instance,
        Kind = InstanceEventKind.deleted,
        At = at ?? Noon,
        AtIsPublishTime = at is null,
        EventId = id,
        InstanceId = instanceId,
    };
}
