using System.Text;
using OrleansSie.Bench.Fuzz.Mutations;

namespace OrleansSie.Bench.Fuzz.Checks;

/// <summary>Messages that can be made as long as one likes, each by another part of an entry.</summary>
internal static class GrowthShapes
{
    private const string Preempted =
        "\"methodName\":\"compute.instances.preempted\",\"resourceName\":\"projects/p-one/zones/z/instances/n\"";

    private const string Insert =
        "\"methodName\":\"v1.compute.instances.insert\",\"resourceName\":\"projects/p-one/zones/z/instances/n\"";

    /// <summary>Each shape: its name, what stands before, what is repeated, what stands after.</summary>
    public static IReadOnlyList<(string Name, string Before, string Part, string After)> All { get; } =
    [
        ("whitespace", "{", " \n", $"\"protoPayload\":{{{Preempted}}}}}"),
        ("fields", "{", "\"a\":0,", $"\"protoPayload\":{{{Preempted}}}}}"),
        ("escaped names", "{", "\"\\u0061\":0,", $"\"protoPayload\":{{{Preempted}}}}}"),
        ("names with a lone surrogate", "{", "\"\\ud800\":0,", $"\"protoPayload\":{{{Preempted}}}}}"),
        ("texts with a lone surrogate", "{", "\"insertId\":\"\\ud800\",", $"\"protoPayload\":{{{Preempted}}}}}"),
        ("payloads", "{", $"\"protoPayload\":{{{Preempted}}},", $"\"protoPayload\":{{{Preempted}}}}}"),
        ("open arrays", $"{{\"protoPayload\":{{{Preempted}}},\"a\":", "[", ""),
        ("nested objects of the response", $"{{\"protoPayload\":{{{Preempted},\"response\":", "{\"a\":", ""),
        ("items", $"{{\"protoPayload\":{{{Preempted}}},\"a\":[", "[],", "0]}"),
        ("labels of a list", $"{{\"protoPayload\":{{{Insert},\"request\":{{\"labels\":[", "{\"key\":\"goog-k8s-cluster-name\",\"value\":\"\"},", "{}]}}}"),
        ("escaped labels", $"{{\"protoPayload\":{{{Insert},\"request\":{{\"labels\":[", "{\"key\":\"\\u0067\",\"value\":\"\\u0061\"},", "{}]}}}"),
        ("labels of a map", $"{{\"protoPayload\":{{{Insert},\"request\":{{\"labels\":{{", "\"goog-k8s-cluster-name\":\"a\",", "\"a\":\"\"}}}}"),
        ("cluster name", $"{{\"protoPayload\":{{{Insert},\"request\":{{\"labels\":{{\"goog-k8s-cluster-name\":\"", "é", "\"}}}}"),
        ("machine type", $"{{\"protoPayload\":{{{Insert},\"request\":{{\"machineType\":\"", "/a", "\"}}}"),
        ("method name", "{\"protoPayload\":{\"methodName\":\"", "compute.instances.", "\"}}"),
        ("invisible method name", "{\"protoPayload\":{\"methodName\":\"", "\\u202e", "\"}}"),
        ("resource name", "{\"protoPayload\":{\"methodName\":\"compute.instances.preempted\",\"resourceName\":\"", "projects/", "\"}}"),
        ("instance name", "{\"protoPayload\":{\"methodName\":\"compute.instances.preempted\",\"resourceName\":\"projects/p/zones/z/instances/", "£", "\"}}"),
        ("host of a link", "{\"protoPayload\":{\"methodName\":\"compute.instances.preempted\",\"resourceName\":\"https://", "/project", "\"}}"),
        ("operation id", $"{{\"protoPayload\":{{{Preempted}}},\"operation\":{{\"id\":\"", "\\u00e9", "\"}}"),
        ("insert id", $"{{\"protoPayload\":{{{Preempted}}},\"logName\":\"l\",\"timestamp\":\"t\",\"insertId\":\"", "i", "\"}"),
        ("log name", "{\"protoPayload\":{\"methodName\":\"compute.instances.preempted\",\"resourceName\":\"projects/1/zones/z/instances/n\"},\"logName\":\"", "/log", "\"}"),
        ("instance id", $"{{\"protoPayload\":{{{Preempted}}},\"resource\":{{\"labels\":{{\"instance_id\":\"", "1", "\"}}}"),
        ("status code", $"{{\"protoPayload\":{{{Preempted},\"status\":{{\"code\":1", "0", "}}}"),
        ("status code as a text", $"{{\"protoPayload\":{{{Preempted},\"status\":{{\"code\":\"0.", "0", "1\"}}}"),
        ("timestamp", $"{{\"protoPayload\":{{{Preempted}}},\"timestamp\":\"2026-03-02T10:42:31.", "0", "Z\"}"),
        ("severity", $"{{\"protoPayload\":{{{Preempted}}},\"severity\":1", "0", "}"),
    ];

    /// <summary>A message of about a length.</summary>
    public static FuzzInput Of((string Name, string Before, string Part, string After) shape, int length)
    {
        var part = Encoding.UTF8.GetBytes(shape.Part);
        byte[] data = [.. Encoding.UTF8.GetBytes(shape.Before), .. Bytes.Repeat(part, length / part.Length), .. Encoding.UTF8.GetBytes(shape.After)];
        return new FuzzInput(data, "1", DateTimeOffset.UnixEpoch, 0, new Dictionary<string, string>());
    }
}
