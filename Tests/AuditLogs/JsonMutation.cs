using System.Text.Json.Nodes;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>Changes one value of an entry and leaves it JSON, which bytes changed at random seldom do.</summary>
internal static class JsonMutation
{
    private static readonly string[] _oddValues =
    [
        "null", "true", "false", "0", "-1", "1e400", "18446744073709551616", "\"\"", "\"0\"", "\"true\"", "\"a b\"", "\"\\ud800\"", "\"\\u0000\"",
        "\"ERROR\"", "\"projects/1/zones/z/instances/n\"", "\"projects//zones/z/instances/n\"", "\"0001-01-01T00:00:00Z\"", "[]", "{}", "[[[{}]]]",
        "\"compute.instances.preempted\"", "\"compute.instances.insert\"", "\"v1.compute.instances.bulkInsert\"", "\"v1.compute.instances.delete\"",
        "{\"code\":7}", "{\"goog-k8s-cluster-name\":\"a/b\"}", "[{\"key\":\"goog-k8s-cluster-name\",\"value\":\"a\\nb\"}]",
    ];

    /// <summary>Puts one of the odd values, or the value at another place, in the place of a value.</summary>
    /// <param name="json">An object.</param>
    /// <param name="place">From 0 to 1: which value.</param>
    /// <param name="value">From 0 to 1: what takes its place.</param>
    public static string Replace(string json, double place, double value)
    {
        var root = JsonNode.Parse(json)!;
        var paths = new List<(JsonNode Parent, object Key)>();
        Collect(root, paths);
        if (paths.Count == 0)
        {
            return json;
        }

        var marked = $"mark-{json.Length}";
        var (parent, key) = paths[(int)(paths.Count * place)];
        var choice = (int)((_oddValues.Length + paths.Count) * value);
        var other = choice < _oddValues.Length ? _oddValues[choice] : Get(paths[choice - _oddValues.Length])?.ToJsonString() ?? "null";
        Set(parent, key, marked);
        return root.ToJsonString().Replace($"\"{marked}\"", other, StringComparison.Ordinal);
    }

    private static JsonNode? Get((JsonNode Parent, object Key) path) =>
        path.Key is string name ? path.Parent[name] : path.Parent[(int)path.Key];

    private static void Set(JsonNode parent, object key, string text)
    {
        if (key is string name)
        {
            parent[name] = text;
        }
        else
        {
            parent[(int)key] = text;
        }
    }

    private static void Collect(JsonNode? node, List<(JsonNode Parent, object Key)> paths)
    {
        if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields)
            {
                paths.Add((node, name));
                Collect(value, paths);
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                paths.Add((node, i));
                Collect(items[i], paths);
            }
        }
    }
}
