using System.Text.Json;

namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>Audit log entries in the shapes of Google's own: those fields that identify, and some that only take room.</summary>
internal static class EntryText
{
    private const string Type = "type.googleapis.com/google.cloud.audit.AuditLog";
    private static readonly DateTimeOffset _epoch = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    /// <summary>The opening entry of an insert by a managed instance group.</summary>
    public static byte[] Creation(InstanceOfMix instance, Life life, string operation, int second) => Bytes(new
    {
        insertId = "i" + operation,
        logName = Log("activity"),
        operation = new { first = true, id = operation, producer = "compute.googleapis.com" },
        protoPayload = new Dictionary<string, object>
        {
            ["@type"] = Type,
            ["methodName"] = "v1.compute.instances.insert",
            ["resourceName"] = $"projects/{InstanceOfMix.ProjectNumber}/zones/{instance.Zone}/instances/{instance.Name}",
            ["request"] = new
            {
                labels = Labels(life),
                machineType = $"projects/{InstanceOfMix.ProjectNumber}/zones/{instance.Zone}/machineTypes/{life.Hardware.MachineType}",
                name = instance.Name,
                scheduling = Scheduling(life.Hardware.Provisioning),
            },
            ["response"] = new
            {
                targetId = $"{life.Id}",
                targetLink = $"https://www.googleapis.com/compute/v1/{instance.Key}",
            },
            ["serviceName"] = "compute.googleapis.com",
        },
        resource = Resource(instance, life),
        severity = "NOTICE",
        timestamp = Time(second),
    });

    /// <summary>The closing entry of an insert.</summary>
    public static byte[] CreationEnded(InstanceOfMix instance, Life life, string operation, int second, bool failed) => Bytes(new
    {
        insertId = "l" + operation,
        logName = Log("activity"),
        operation = new { id = operation, last = true, producer = "compute.googleapis.com" },
        protoPayload = Payload("v1.compute.instances.insert", instance, failed ? 8 : 0),
        resource = Resource(instance, life),
        severity = failed ? "ERROR" : "NOTICE",
        timestamp = Time(second),
    });

    /// <summary>An entry of a method that needs no more than the instance; without a life it tells no numeric id.</summary>
    public static byte[] Event(string method, InstanceOfMix instance, Life? life, string operation, int second) => Bytes(new
    {
        insertId = "e" + operation,
        logName = Log(method.StartsWith("v1.", StringComparison.Ordinal) ? "activity" : "system_event"),
        operation = new { id = operation, producer = method, first = true, last = true },
        protoPayload = Payload(method, instance, 0),
        resource = Resource(instance, life),
        severity = "INFO",
        timestamp = Time(second),
    });

    /// <summary>A creation as people write it by hand: nothing in it identifies the event.</summary>
    public static byte[] HandMadeCreation(InstanceOfMix instance, Life life) => Bytes(new
    {
        protoPayload = new
        {
            methodName = "v1.compute.instances.insert",
            resourceName = instance.Key,
            request = new { labels = Labels(life), machineType = life.Hardware.MachineType },
        },
    });

    /// <summary>An interruption as people write it by hand.</summary>
    public static byte[] HandMadeInterruption(InstanceOfMix instance) => Bytes(new
    {
        protoPayload = new { methodName = "compute.instances.preempted", resourceName = instance.Key },
    });

    private static object[] Labels(Life life) => life.Cluster is not { } cluster
        ? [new { key = "team", value = "batch" }]
        :
        [
            new { key = "goog-gke-node", value = "" },
            new { key = "goog-k8s-cluster-location", value = cluster.Location },
            new { key = "goog-k8s-cluster-name", value = cluster.Name },
            new { key = "goog-k8s-node-pool-name", value = life.Hardware.NodePool },
        ];

    private static object Scheduling(string provisioning) => provisioning switch
    {
        "spot" => new { preemptible = true, provisioningModel = "SPOT" },
        "preemptible" => new { preemptible = true },
        _ => new { preemptible = false, provisioningModel = provisioning.ToUpperInvariant() },
    };

    private static Dictionary<string, object> Payload(string method, InstanceOfMix instance, int status) => new()
    {
        ["@type"] = Type,
        ["methodName"] = method,
        ["resourceName"] = instance.Key,
        ["serviceName"] = "compute.googleapis.com",
        ["status"] = new { code = status },
    };

    private static object Resource(InstanceOfMix instance, Life? life) => new
    {
        type = "gce_instance",
        labels = life is null
            ? (object)new { project_id = InstanceOfMix.Project, zone = instance.Zone }
            : new { instance_id = $"{life.Id}", project_id = InstanceOfMix.Project, zone = instance.Zone },
    };

    private static string Log(string kind) => $"projects/{InstanceOfMix.Project}/logs/cloudaudit.googleapis.com%2F{kind}";

    private static string Time(int second) => _epoch.AddSeconds(second).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", null);

    private static byte[] Bytes(object entry) => JsonSerializer.SerializeToUtf8Bytes(entry);
}
