using System.Text;

namespace OrleansSie.Bench.Fuzz.Mutations;

/// <summary>Changes that know the fields of an audit log entry.</summary>
internal static class FieldMutations
{
    public static byte[] Apply(byte[] data, byte[] other, FuzzRandom random)
    {
        var spans = JsonMap.Of(data);
        if (spans.Count == 0)
        {
            return ByteMutations.Apply(data, other, random);
        }

        if (random.OneIn(8))
        {
            return Add(data, random.Pick(spans), random);
        }

        for (var attempt = 0; attempt < 30; attempt++)
        {
            var span = random.Pick(spans);
            if (span.HasName && FieldValues.For(Encoding.UTF8.GetString(span.Name(data)), random) is { } value)
            {
                return JsonMutations.SetValue(data, span, value);
            }
        }

        return JsonMutations.Apply(data, other, random);
    }

    /// <summary>A field more, at the beginning of an object.</summary>
    private static byte[] Add(byte[] data, JsonSpan span, FuzzRandom random)
    {
        if (data[span.Start] != '{')
        {
            return data;
        }

        var name = random.Pick(FieldValues.Names);
        var comma = span.End - span.Start > 2 ? "," : "";
        return Bytes.Insert(data, span.Start + 1, Encoding.UTF8.GetBytes($"\"{name}\":{FieldValues.For(name, random) ?? "{}"}{comma}"));
    }
}

/// <summary>Values as JSON that come close to what each known field may hold, on both sides of every rule.</summary>
internal static class FieldValues
{
    private static readonly string[] _verbs =
    [
        "preempted", "hostError", "terminateOnHostMaintenance", "guestTerminate", "repair.recreateInstance", "automaticRestart", "migrateOnHostMaintenance",
        "localSsdError", "localSsdXError", "localSsd", "insert", "bulkInsert", "delete", "Insert", "insert ", "stop", "", "preempted.v1", "é",
        "baremetalCaretakerPreempted", "invalidVmImage", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\\u0000", "\\u202e",
    ];

    private static readonly string[] _parts =
    [
        "acme-prod-001", "p", "123456789012", "0", "example.com:project", "europe-west1-c", "gke-node-1", "", "a b", "a%2Fb", "..", "é", "😀", "\\u0000",
        "\\u009f", "\\u0085", "£", "\\ud800", "instances", "projects", "a\\/b", "'", "{0}", "\\u2028", "İ", "e\\u0301",
    ];

    private static readonly string[] _ids =
    [
        "8430700000000001204", "\"8430700000000001204\"", "\"0\"", "0", "-1", "\"-1\"", "1.0", "1e3", "\"18446744073709551615\"", "18446744073709551615",
        "\"18446744073709551616\"", "\"000123\"", "\" 1\"", "\"1 \"", "\"+1\"", "\"\u0661\"", "\"0x1\"", "null", "\"\"", "[1]", "{\"id\":1}", "true",
    ];

    private static readonly string[] _timestamps =
    [
        "2026-03-02T10:42:31.325309Z", "2026-03-02t10:42:31z", "2026-03-02T10:42:31.123456789+23:59", "2026-03-02T10:42:31.1234567891Z", "2026-03-02T10:42:31.Z",
        "2026-03-02T10:42:31-00:00", "2026-03-02T10:42:31+24:00", "2026-03-02T10:42:60Z", "2026-02-29T00:00:00Z", "2028-02-29T00:00:00Z", "2026-02-30T00:00:00Z",
        "2000-01-01T00:00:00+23:59", "2999-12-31T23:59:59.999999999-23:59", "1999-12-31T23:59:59Z", "3000-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z", "2026-03-02 10:42:31Z", "2026-03-02T10:42:31", "2026-3-2T1:2:3Z", "1772448151", "", "2026-13-01T00:00:00Z", "２026-03-02T10:42:31Z",
    ];

    private static readonly string[] _labels =
    [
        "payments-eu", "europe-west1", "a", "A_b-c.9", "", "a/b", "a b", "a\\nb", "\\u0000", "é", "😀", "%2F", "a%2Fb", "..", "²", "Ⅷ", "e\\u0301", "\\ud800", "\"",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];

    private static readonly string[] _labelKeys =
    [
        "goog-k8s-cluster-name", "goog-k8s-cluster-location", "goog-k8s-node-pool-name", "karpenter-sh-nodepool", "goog-gke-node-pool-provisioning-model",
        "GOOG-K8S-CLUSTER-NAME", "goog-k8s-cluster-name ", "other",
    ];

    private static readonly string[] _flags = ["true", "false", "\"true\"", "\"false\"", "\"TRUE\"", "1", "0", "null", "\"\"", "[]"];
    private static readonly string[] _models = ["SPOT", "spot", "STANDARD", "FLEX_START", "RESERVATION_BOUND", "", "a b", "İ", "\\ud800", "\\u0130"];
    private static readonly string[] _severities = ["\"ERROR\"", "\"INFO\"", "\"error\"", "500", "\"500\"", "500.0", "\"ALERT\"", "600", "800", "\"EMERGENCY\"", "null"];
    private static readonly string[] _codes = ["0", "7", "-1", "1e999", "\"NaN\"", "\"Infinity\"", "\"7\"", "0.0", "1e-400", "null", "{}", "[7]"];

    /// <summary>All fields that have a meaning, in every spelling.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "protoPayload", "proto_payload", "methodName", "method_name", "resourceName", "resource_name", "request", "response", "status", "code", "resource", "labels",
        "instance_id", "instanceId", "project_id", "projectId", "operation", "id", "first", "last", "logName", "log_name", "timestamp", "insertId", "insert_id",
        "severity", "machineType", "machine_type", "scheduling", "provisioningModel", "provisioning_model", "preemptible", "targetLink", "target_link", "targetId",
        "target_id", "key", "value",
    ];

    /// <summary>A value for a field; null for a field without values of its own.</summary>
    public static string? For(string name, FuzzRandom random) => name switch
    {
        "methodName" or "method_name" => $"\"{random.Pick(["", "v1.", "beta.", ".", "v1.v2.", "x"])}compute.{random.Pick(["instances.", "instances", "disks."])}{random.Pick(_verbs)}\"",
        "resourceName" or "resource_name" or "targetLink" or "target_link" => ResourceName(random),
        "instance_id" or "instanceId" or "targetId" or "target_id" => random.Pick(_ids),
        "project_id" or "projectId" or "id" or "insertId" or "insert_id" => random.OneIn(3) ? random.Pick(_ids) : $"\"{random.Pick(_parts)}\"",
        "logName" or "log_name" => $"\"{random.Pick(["projects/", "organizations/", ""])}{random.Pick(_parts)}{random.Pick(["/logs/x", "/logs/", ""])}\"",
        "timestamp" => $"\"{random.Pick(_timestamps)}\"",
        "first" or "last" or "preemptible" => random.Pick(_flags),
        "provisioningModel" or "provisioning_model" => $"\"{random.Pick(_models)}\"",
        "severity" => random.Pick(_severities),
        "code" => random.Pick(_codes),
        "status" => $"{{\"code\":{random.Pick(_codes)}}}",
        "machineType" or "machine_type" => $"\"{random.Pick(["zones/z/machineTypes/", "", "/"])}{random.Pick(_labels)}\"",
        "labels" => Labels(random),
        "key" => $"\"{random.Pick(_labelKeys)}\"",
        "value" => $"\"{random.Pick(_labels)}\"",
        _ => null,
    };

    private static string ResourceName(FuzzRandom random)
    {
        var host = random.Pick(["", "", "https://www.googleapis.com/compute/v1/", "//compute.googleapis.com/", "http://", "/", "https://x/projects/"]);
        var name = random.OneIn(300) ? new string('n', 900 + random.Below(300)) : random.Pick(_parts);
        return $"\"{host}projects/{random.Pick(_parts)}/zones/{random.Pick(_parts)}/instances/{name}{random.Pick(["", "", "", "/", "/x"])}\"";
    }

    private static string Labels(FuzzRandom random)
    {
        var isList = !random.OneIn(3);
        var labels = Enumerable.Range(0, random.Small(8)).Select(_ => isList
            ? $"{{\"key\":\"{random.Pick(_labelKeys)}\",\"value\":\"{random.Pick(_labels)}\"}}"
            : $"\"{random.Pick(_labelKeys)}\":\"{random.Pick(_labels)}\"");
        return isList ? $"[{string.Join(',', labels)}]" : $"{{{string.Join(',', labels)}}}";
    }
}
