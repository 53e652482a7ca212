using System.Globalization;
using System.Text.Json;
using OrleansSie.Testing.Compute;

namespace OrleansSie.Testing;

/// <summary>The audit log's entries of a GKE node that the Compute API lists too.</summary>
internal static class NodeEntries
{
    public static string CreationOf(FakeInstance node, string project) => Entry(node, project, "v1.compute.instances.insert", node.CreatedAt, new
    {
        machineType = $"zones/{node.Zone}/machineTypes/{node.MachineType}",
        scheduling = new { provisioningModel = node.ProvisioningModel },
        labels = new[]
        {
            new { key = "goog-k8s-cluster-name", value = node.Cluster },
            new { key = "goog-k8s-cluster-location", value = node.Location },
            new { key = "goog-k8s-node-pool-name", value = node.NodePool },
        },
    });

    /// <param name="node">The node.</param>
    /// <param name="project">Its project.</param>
    /// <param name="verb">The event of Compute Engine, such as <c>preempted</c>.</param>
    /// <param name="at">When it happened.</param>
    public static string InterruptionOf(FakeInstance node, string project, string verb, DateTimeOffset at) =>
        Entry(node, project, $"compute.instances.{verb}", TextOf(at), request: null);

    /// <summary>A time as entries and listings write it.</summary>
    public static string TextOf(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);

    private static string Entry(FakeInstance node, string project, string method, string timestamp, object? request) => JsonSerializer.Serialize(new
    {
        protoPayload = new { methodName = method, resourceName = $"projects/{project}/zones/{node.Zone}/instances/{node.Name}", request },
        resource = new { labels = new { instance_id = $"{node.Id}", project_id = project, zone = node.Zone } },
        operation = new { id = $"{method}-{node.Id}", first = true },
        timestamp,
    });
}
