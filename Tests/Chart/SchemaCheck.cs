using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using OrleansSie.Testing;

namespace OrleansSie.Tests.Chart;

/// <summary>
/// Checks a value against a JSON schema, in the words of it that are used here; another word is an error. helm itself does the same at
/// each install; this is for machines where it is not to be had, and for objects whose models are not.
/// </summary>
internal sealed class SchemaCheck
{
    private static readonly HashSet<string> _known =
    [
        "$schema", "title", "description", "type", "properties", "additionalProperties", "required", "items", "enum", "pattern",
        "minLength", "minimum", "maximum", "minItems", "maxItems",
    ];

    private readonly List<string> _faults = [];

    /// <summary>What is wrong, a line each, with the path.</summary>
    public static IReadOnlyList<string> Faults(JsonNode schema, JsonNode? value)
    {
        var check = new SchemaCheck();
        check.Visit(schema.AsObject(), value, "");
        return check._faults;
    }

    private void Visit(JsonObject schema, JsonNode? value, string path)
    {
        foreach (var word in schema.Where(pair => !_known.Contains(pair.Key)))
        {
            throw new InvalidDataException($"The word {word.Key} at {path} is not understood.");
        }

        Require(schema["type"] is not { } type || Types(type).Contains(TypeOf(value)) || (TypeOf(value) == "integer" && Types(type).Contains("number")), path, $"is {TypeOf(value)}, not {schema["type"]}");
        Require(schema["enum"] is not JsonArray choices || choices.Any(choice => JsonNode.DeepEquals(choice, value)), path, "is none of the choices");
        switch (value)
        {
            case JsonObject map:
                VisitObject(schema, map, path);
                break;
            case JsonArray list:
                Require(list.Count >= Number(schema, "minItems", 0) && list.Count <= Number(schema, "maxItems", double.MaxValue), path, "has too few or too many entries");
                for (var i = 0; i < list.Count && schema["items"] is JsonObject items; i++)
                {
                    Visit(items, list[i], $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]");
                }

                break;
            default:
                VisitScalar(schema, value, path);
                break;
        }
    }

    private void VisitObject(JsonObject schema, JsonObject map, string path)
    {
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => (string)name!))
        {
            Require(map.ContainsKey(name), path, $"lacks {name}");
        }

        foreach (var (key, value) in map)
        {
            var at = path.Length == 0 ? key : $"{path}.{key}";
            if (schema["properties"]?[key] is JsonObject property)
            {
                Visit(property, value, at);
            }
            else if (schema["additionalProperties"] is JsonObject other)
            {
                Visit(other, value, at);
            }
            else
            {
                Require(schema["additionalProperties"]?.GetValue<bool>() ?? true, at, "is not known");
            }
        }
    }

    private void VisitScalar(JsonObject schema, JsonNode? value, string path)
    {
        if (TypeOf(value) == "string")
        {
            var text = (string)value!;
            Require(schema["pattern"] is not { } pattern || Regex.IsMatch(text, (string)pattern!), path, $"'{text}' has not the form {schema["pattern"]}");
            Require(text.Length >= Number(schema, "minLength", 0), path, "is too short");
        }
        else if (TypeOf(value) is "integer" or "number")
        {
            var number = double.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture);
            Require(number >= Number(schema, "minimum", double.MinValue) && number <= Number(schema, "maximum", double.MaxValue), path, $"is {number}, out of range");
        }
    }

    private void Require(bool holds, string path, string fault)
    {
        if (!holds)
        {
            _faults.Add($"{path} {fault}");
        }
    }

    private static double Number(JsonObject schema, string word, double otherwise) =>
        schema[word] is { } number ? double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture) : otherwise;

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(t => (string)t!) : [(string)type!];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => value.ToJsonString().Contains('.', StringComparison.Ordinal) ? "number" : "integer",
    };
}

/// <summary>The fields of the Prometheus operator's kinds, and of Google's, that the chart may use, as their own definitions (CRDs) have them.</summary>
internal static class OperatorKinds
{
    private static readonly JsonObject _kinds = JsonNode.Parse(Repository.Read("Tests/Chart/operator-kinds.json"))!.AsObject();

    public static bool Knows(JsonObject raw) => _kinds.ContainsKey(Key(raw));

    public static IReadOnlyList<string> Faults(JsonObject raw) => SchemaCheck.Faults(_kinds[Key(raw)]!, raw);

    private static string Key(JsonObject raw) => $"{raw["apiVersion"]} {raw["kind"]}";
}

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
