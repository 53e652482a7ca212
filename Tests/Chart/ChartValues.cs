using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>The chart's values, as helm puts them together.</summary>
internal static class ChartValues
{
    public static JsonNode Schema { get; } = JsonNode.Parse(File.ReadAllText(Path.Combine(HelmPart.Chart, "values.schema.json")))!;

    /// <summary>values.yaml.</summary>
    public static JsonObject Defaults() => Read(Path.Combine(HelmPart.Chart, "values.yaml"));

    /// <summary>values.yaml with one of the value sets over it.</summary>
    public static JsonObject Of(string set)
    {
        var values = Defaults();
        Merge(values, Read(ValueSets.FileOf(set)));
        return values;
    }

    /// <summary>values.yaml with values as of <c>--set</c> over it.</summary>
    public static JsonObject With(params string[] sets)
    {
        var values = Defaults();
        foreach (var (path, text) in sets.Select(set => set.Split('=', 2)).Select(parts => (parts[0], parts[1])))
        {
            Set(values, path.Replace("[", ".[", StringComparison.Ordinal).Split('.'), text);
        }

        return values;
    }

    /// <summary>Every value that is not a section with entries, by its dotted path.</summary>
    public static IEnumerable<(string Path, JsonNode? Value)> Leaves(JsonNode? node, string path = "") =>
        node is JsonObject { Count: > 0 } map
            ? map.SelectMany(pair => Leaves(pair.Value, path.Length == 0 ? pair.Key : $"{path}.{pair.Key}"))
            : [(path, node)];

    private static void Set(JsonNode into, string[] path, string text)
    {
        JsonNode made = path.Length == 1 ? Scalar(text) : path[1].StartsWith('[') ? new JsonArray() : new JsonObject();
        if (path[0].StartsWith('['))
        {
            into.AsArray().Add(made);
        }
        else if (path.Length > 1 && into[path[0]] is { } existing)
        {
            made = existing;
        }
        else
        {
            into[path[0]] = made;
        }

        if (path.Length > 1)
        {
            Set(made, path[1..], text);
        }
    }

    private static JsonNode Scalar(string text) =>
        bool.TryParse(text, out var truth) ? truth : int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : text;

    private static JsonObject Read(string file) => YamlJson.Documents(File.ReadAllText(file)).Single().AsObject();

    private static void Merge(JsonObject into, JsonObject over)
    {
        foreach (var (key, value) in over)
        {
            if (value is JsonObject section && into[key] is JsonObject existing)
            {
                Merge(existing, section);
            }
            else
            {
                into[key] = value?.DeepClone();
            }
        }
    }
}

/// <summary>The value sets under helm/orleans-sie/ci: each is a way to install the chart.</summary>
internal static class ValueSets
{
    private const string Suffix = "-values.yaml";

    public static IReadOnlyList<string> Names { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(HelmPart.Chart, "ci"), "*" + Suffix)
            .Select(file => Path.GetFileName(file)[..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> All => [.. Names];

    public static string FileOf(string set) => Path.Combine(HelmPart.Chart, "ci", set + Suffix);
}
