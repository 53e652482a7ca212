using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansSie.Tests.Infra;

/// <summary>The google provider's schema, out of the package that was generated from it: arguments by the provider's own names.</summary>
internal sealed partial class ProviderSchema
{
    private static readonly string[] _metaArguments = ["count", "for_each", "depends_on", "provider", "lifecycle"];
    private readonly JsonElement _types;
    private readonly Dictionary<string, JsonElement> _configs = [];

    private ProviderSchema(JsonElement types)
    {
        _types = types;
        foreach (var type in types.EnumerateObject().Where(t => IsOfAResource(t.Name)))
        {
            if (Properties(type.Value).Select(Link).FirstOrDefault(l => l.Success) is { } link)
            {
                _configs.TryAdd($"{link.Groups[1].Value}/google_{link.Groups[2].Value}", type.Value);
            }
        }
    }

    public static async Task<ProviderSchema> ReadAsync()
    {
        await using var file = File.OpenRead(Path.Combine(TerraformTools.Folder(), "node_modules/@cdktf/provider-google/.jsii"));
        using var json = await JsonDocument.ParseAsync(file);
        return new ProviderSchema(json.RootElement.GetProperty("types").Clone());
    }

    /// <summary>What is wrong with a block: an unknown type or argument, a required one that is missing.</summary>
    /// <param name="kind"><c>resources</c> or <c>data-sources</c>.</param>
    /// <param name="type">Such as <c>google_pubsub_topic</c>.</param>
    /// <param name="block">Its arguments.</param>
    public IEnumerable<string> Faults(string kind, string type, JsonElement block) =>
        _configs.TryGetValue($"{kind}/{type}", out var config) ? Faults(type, config, block, isTop: true) : [$"{type} is unknown to the provider"];

    private IEnumerable<string> Faults(string where, JsonElement type, JsonElement block, bool isTop)
    {
        var known = Properties(type).Where(p => Link(p).Success).ToDictionary(p => Link(p).Groups[3].Value);
        foreach (var argument in block.EnumerateObject().Where(a => !isTop || !_metaArguments.Contains(a.Name)))
        {
            if (!known.TryGetValue(argument.Name, out var property))
            {
                yield return $"{where} has no argument {argument.Name}";
            }
            else if (Nested(property) is { } nested && argument.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (var fault in argument.Value.EnumerateArray().SelectMany(b => Faults($"{where}.{argument.Name}", nested, b, isTop: false)))
                {
                    yield return fault;
                }
            }
        }

        foreach (var missing in known.Where(p => !IsOptional(p.Value) && !block.TryGetProperty(p.Key, out _)))
        {
            yield return $"{where} needs the argument {missing.Key}";
        }
    }

    /// <summary>The arguments of pubsubTopic are those of PubsubTopicConfig; its blocks have other names.</summary>
    private static bool IsOfAResource(string name) =>
        name.Split('.') is [_, var module, var type] && type.Equals(module + "Config", StringComparison.OrdinalIgnoreCase);

    private static JsonElement.ArrayEnumerator Properties(JsonElement type) =>
        type.TryGetProperty("properties", out var properties) ? properties.EnumerateArray() : default;

    private static bool IsOptional(JsonElement property) => property.TryGetProperty("optional", out var optional) && optional.GetBoolean();

    /// <summary>The link into the provider's documentation, which names resource and argument as Terraform does.</summary>
    private static Match Link(JsonElement property) => LinkOf().Match(property.TryGetProperty("docs", out var docs) ? docs.GetRawText() : "");

    /// <summary>The block's type, also where it may come several times.</summary>
    private JsonElement? Nested(JsonElement property)
    {
        var names = NameOf().Matches(property.GetProperty("type").GetRawText()).Select(m => m.Groups[1].Value);
        return names.Select(n => _types.TryGetProperty(n, out var type) ? type : (JsonElement?)null).FirstOrDefault(t => t is not null);
    }

    [GeneratedRegex("/docs/(resources|data-sources)/([a-z0-9_]+)#([a-z0-9_]+) ")]
    private static partial Regex LinkOf();

    [GeneratedRegex("\"fqn\": ?\"(@cdktf/provider-google[^\"]+)\"")]
    private static partial Regex NameOf();
}
