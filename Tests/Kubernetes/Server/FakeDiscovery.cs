using System.Text.Json.Nodes;

namespace OrleansSie.Tests.Kubernetes.Server;

/// <summary>What a general client such as kubectl asks before it does what it is told.</summary>
internal static class FakeDiscovery
{
    public static JsonObject? Answer(string path) => path switch
    {
        "/version" => new() { ["major"] = "1", ["minor"] = "33", ["gitVersion"] = "v1.33.0" },
        "/api" => new() { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") },
        "/apis" => new() { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray() },
        "/api/v1" => new()
        {
            ["kind"] = "APIResourceList",
            ["groupVersion"] = "v1",
            ["resources"] = new JsonArray(new JsonObject
            {
                ["name"] = "configmaps",
                ["singularName"] = "configmap",
                ["namespaced"] = true,
                ["kind"] = "ConfigMap",
                ["verbs"] = new JsonArray("create", "delete", "get", "list", "patch", "update"),
                ["shortNames"] = new JsonArray("cm"),
            }),
        },
        _ => null,
    };
}
