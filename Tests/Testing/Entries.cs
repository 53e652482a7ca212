using System.Text.Json;

namespace OrleansSie.Testing;

/// <summary>Audit log entries as people and Google write them.</summary>
internal static class Entries
{
    /// <summary>The creation message of the original's README.</summary>
    public static string Creation(
        string instance = "fake-resource", string cluster = "fake-cluster", string project = "123456789") => JsonSerializer.Serialize(new
        {
            protoPayload = new
            {
                serviceName = "compute.googleapis.com",
                methodName = "v1.compute.instances.insert",
                resourceName = $"projects/{project}/zones/europe-west1-c/instances/{instance}",
                request = new { labels = new[] { new { key = "goog-k8s-cluster-name", value = cluster } } },
            },
        });

    /// <summary>The interruption message of the original's README; with an operation it has an identity of its own.</summary>
    public static string Interruption(string instance = "fake-resource", string? operation = null, string project = "123456789") =>
        JsonSerializer.Serialize(new
        {
            protoPayload = new
            {
                methodName = "compute.instances.preempted",
                resourceName = $"projects/{project}/zones/europe-west1-c/instances/{instance}",
            },
            operation = operation is null ? null : new { id = operation },
        });

    /// <summary>A creation without GKE's labels.</summary>
    public static string CreationOfAVm(string instance) => JsonSerializer.Serialize(new
    {
        protoPayload = new
        {
            methodName = "v1.compute.instances.insert",
            resourceName = $"projects/123456789/zones/europe-west1-c/instances/{instance}",
            request = new { machineType = "zones/europe-west1-c/machineTypes/e2-medium" },
        },
    });
}
