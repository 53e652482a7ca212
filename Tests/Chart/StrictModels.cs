using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace OrleansSie.Tests.Chart;

/// <summary>Kubernetes' typed models, read so that a field they do not know, or of another type, is an error.</summary>
internal static class StrictModels
{
    private static readonly JsonSerializerOptions _strict = new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private static readonly Dictionary<string, Type> _types = typeof(V1Pod).Assembly.GetTypes()
        .Select(type => (Type: type, Entity: type.GetCustomAttribute<KubernetesEntityAttribute>()))
        .Where(known => known.Entity is not null && !known.Entity.Kind.EndsWith("List", StringComparison.Ordinal))
        .DistinctBy(known => Key(ApiVersion(known.Entity!), known.Entity!.Kind))
        .ToDictionary(known => Key(ApiVersion(known.Entity!), known.Entity!.Kind), known => known.Type);

    /// <summary>The object as its model, or null if the kind is not one of Kubernetes' own.</summary>
    /// <exception cref="JsonException">A field is unknown or has the wrong type.</exception>
    public static IKubernetesObject? Read(JsonObject raw) =>
        _types.TryGetValue(Key((string)raw["apiVersion"]!, (string)raw["kind"]!), out var type)
            ? (IKubernetesObject)raw.Deserialize(type, _strict)!
            : null;

    private static string ApiVersion(KubernetesEntityAttribute entity) =>
        string.IsNullOrEmpty(entity.Group) ? entity.ApiVersion : $"{entity.Group}/{entity.ApiVersion}";

    private static string Key(string apiVersion, string kind) => $"{apiVersion} {kind}";
}
