using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansSie.Testing.Kubernetes;

/// <summary>
/// ConfigMaps as etcd and the API server keep them: one revision for all, a uid per life of an object, writes upon a resourceVersion,
/// merge-patches upon whatever is there. Written from Kubernetes' own rules and on plain JSON, so that it shares no type with the client.
/// </summary>
internal sealed partial class FakeObjects
{
    private const int MaxBytes = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _namespaces = [];
    private readonly Dictionary<(string Namespace, string Name), JsonObject> _maps = [];
    private readonly List<string> _faults = [];
    private int _revision = 100;

    /// <summary>What no correct client does; a test that ends with any has failed.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_lock)
            {
                return [.. _faults];
            }
        }
    }

    public void AddNamespace(string name)
    {
        lock (_lock)
        {
            _namespaces.Add(name);
        }
    }

    public JsonObject Get(string ns, string name)
    {
        lock (_lock)
        {
            return Copy(Stored(ns, name));
        }
    }

    public JsonObject? Find(string ns, string name)
    {
        lock (_lock)
        {
            return _maps.TryGetValue((ns, name), out var map) ? Copy(map) : null;
        }
    }

    public JsonObject List(string ns)
    {
        lock (_lock)
        {
            var items = _maps.Where(pair => pair.Key.Namespace == ns).Select(pair => (JsonNode)Copy(pair.Value)).ToArray();
            return new JsonObject
            {
                ["kind"] = "ConfigMapList",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject { ["resourceVersion"] = Text(_revision) },
                ["items"] = new JsonArray(items),
            };
        }
    }

    public JsonObject Create(string ns, JsonObject body, bool dryRun)
    {
        lock (_lock)
        {
            if (!_namespaces.Contains(ns))
            {
                throw FakeError.NotFound("namespaces", ns);
            }

            var name = (string?)body["metadata"]?["name"] ?? throw new FakeError(422, "Invalid", "name or generateName is required");
            if (_maps.ContainsKey((ns, name)))
            {
                throw FakeError.Exists(name);
            }

            var map = Whole(Copy(body), ns, name);
            var metadata = map["metadata"]!.AsObject();
            metadata["uid"] = Guid.NewGuid().ToString();
            metadata["creationTimestamp"] = "2026-11-23T00:00:00Z";
            Check(name, map);
            return Store(ns, name, map, dryRun);
        }
    }

    public JsonObject Replace(string ns, string name, JsonObject body, bool dryRun)
    {
        lock (_lock)
        {
            var old = Stored(ns, name);
            var uid = (string?)body["metadata"]?["uid"];
            if (uid is { Length: > 0 } && uid != (string?)old["metadata"]!["uid"])
            {
                throw FakeError.OtherUid(name, uid, (string)old["metadata"]!["uid"]!);
            }

            if ((string?)body["metadata"]?["resourceVersion"] is not { Length: > 0 } revision)
            {
                _faults.Add($"{name} was replaced without a resourceVersion, which overwrites whatever is there.");
            }
            else if (revision != (string?)old["metadata"]!["resourceVersion"])
            {
                throw FakeError.Changed(name);
            }

            return Update(ns, name, old, Copy(body), dryRun);
        }
    }

    public JsonObject Merge(string ns, string name, JsonObject patch, bool dryRun)
    {
        lock (_lock)
        {
            var old = Stored(ns, name);
            return Update(ns, name, old, Merged(Copy(old), patch), dryRun);
        }
    }

    public void Delete(string ns, string name)
    {
        lock (_lock)
        {
            _ = Stored(ns, name);
            _maps.Remove((ns, name));
            _revision++;
        }
    }

    private static JsonObject Copy(JsonObject map) => map.DeepClone().AsObject();

    /// <summary>JSON Merge Patch, RFC 7386: null removes, objects merge, all else replaces.</summary>
    private static JsonObject Merged(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is null)
            {
                target.Remove(key);
            }
            else
            {
                target[key] = value is JsonObject part ? Merged(target[key] is JsonObject there ? Copy(there) : [], part) : value.DeepClone();
            }
        }

        return target;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Whole(JsonObject map, string ns, string name)
    {
        map["kind"] = "ConfigMap";
        map["apiVersion"] = "v1";
        var metadata = map["metadata"] as JsonObject ?? [];
        map["metadata"] = metadata;
        metadata["name"] = name;
        metadata["namespace"] = ns;
        if (map["data"] is JsonObject { Count: 0 })
        {
            // As empty maps are left out of what is stored.
            map.Remove("data");
        }

        return map;
    }

    private static void Check(string name, JsonObject map)
    {
        if (!Subdomain().IsMatch(name) || name.Length > 253)
        {
            throw FakeError.Invalid(name, $"metadata.name: Invalid value: \"{name}\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'");
        }

        var data = map["data"] as JsonObject;
        foreach (var (key, _) in data ?? [])
        {
            if (!Key().IsMatch(key) || key.Length > 253 || key is "." or ".." || key.StartsWith("..", StringComparison.Ordinal))
            {
                throw FakeError.Invalid(name, $"data[{key}]: Invalid value: \"{key}\": a valid config key must consist of alphanumeric characters, '-', '_' or '.'");
            }
        }

        if ((data ?? []).Sum(pair => Encoding.UTF8.GetByteCount((string)pair.Value!)) > MaxBytes)
        {
            throw FakeError.Invalid(name, $"data: Too long: may not be more than {MaxBytes} bytes");
        }
    }

    private JsonObject Update(string ns, string name, JsonObject old, JsonObject map, bool dryRun)
    {
        Whole(map, ns, name);
        var metadata = map["metadata"]!.AsObject();
        foreach (var kept in (string[])["uid", "creationTimestamp", "resourceVersion"])
        {
            metadata[kept] = old["metadata"]![kept]?.DeepClone();
        }

        if (old["immutable"] is JsonValue immutable && immutable.GetValue<bool>() && !JsonNode.DeepEquals(old["data"], map["data"]))
        {
            throw FakeError.Invalid(name, "data: Forbidden: field is immutable when `immutable` is set");
        }

        Check(name, map);

        // What changes nothing is no write: the object keeps its resourceVersion.
        return JsonNode.DeepEquals(old, map) ? Copy(old) : Store(ns, name, map, dryRun);
    }

    private JsonObject Store(string ns, string name, JsonObject map, bool dryRun)
    {
        if (dryRun)
        {
            return map;
        }

        map["metadata"]!["resourceVersion"] = Text(++_revision);
        _maps[(ns, name)] = map;
        return Copy(map);
    }

    private JsonObject Stored(string ns, string name) =>
        _maps.TryGetValue((ns, name), out var map) ? map : throw FakeError.NotFound("configmaps", name);

    [GeneratedRegex("^[-._a-zA-Z0-9]+$")]
    private static partial Regex Key();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    private static partial Regex Subdomain();
}
