using System.Text.Json.Nodes;

namespace OrleansSie.Tests.Kubernetes.Server;

/// <summary>JSON Merge Patch, RFC 7386: null removes, objects merge, all else replaces.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (value is null)
            {
                target.Remove(key);
            }
            else if (value is JsonObject part)
            {
                target[key] = Apply(target[key] is JsonObject there ? there.DeepClone().AsObject() : [], part);
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }

        return target;
    }
}
