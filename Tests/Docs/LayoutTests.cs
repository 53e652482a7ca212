using System.Text.RegularExpressions;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Docs;

/// <summary>The layout of the code: no circle between folders, and a map that has a line for each.</summary>
public sealed partial class LayoutTests
{
    private const string Map = "docs/architecture.md";

    private static readonly string[] _projects =
        ["Grains.Interfaces", "Grains", "Silo", "Orleans.Streaming.PubSub", "Orleans.Clustering.Kubernetes", "Tests", "Bench"];

    private static readonly string[] _readingOrder =
    [
        "README.md",
        "Silo/Program.cs",
        "Silo/Events/ShardDelivery.cs",
        "Silo/AuditLogs/AuditLogParser.cs",
        "Grains/Instances/InstanceGrain.cs",
        "Grains/Clusters/ClusterGrain.cs",
        "Silo/Metrics/MetricNames.cs",
        "Tests/EndToEnd/LocalFlowTests.cs",
    ];

    [Fact]
    public void Namespaces_FormNoCircle()
    {
        var uses = Uses();
        Assert.Contains("OrleansSie.Grains.Clusters", uses["OrleansSie.Grains.Instances"]);

        Assert.All(uses.Keys, name => Assert.Equal("", CircleOf(name, uses)));
    }

    [Fact]
    public void ACircle_IsFound() => Assert.Equal(
        "A -> C -> A",
        CircleOf("A", new Dictionary<string, HashSet<string>> { ["A"] = ["B", "C"], ["B"] = [], ["C"] = ["A"] }));

    [Fact]
    public void Map_HasOneLineForEachFolder()
    {
        var page = Repository.Read(Map);
        var lines = Room().Matches(page[page.IndexOf("\n## Map", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value).ToList();
        string[] rooms =
        [
            .. Folders("Grains"), .. Folders("Silo"), .. _projects.Except(["Grains", "Silo"]), "docs", "eng", "helm", "infra",
        ];

        Assert.Equal(rooms.Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData(Map)]
    public void ReadingOrder_IsTheSameOnEachPage(string document)
    {
        var page = Repository.Read(document);
        Assert.All(_readingOrder.Skip(1), file => Assert.True(File.Exists(Repository.PathOf(file)), $"{file} is gone"));

        // README does not name itself.
        var at = _readingOrder.Skip(document == "README.md" ? 1 : 0).Select(file => page.LastIndexOf(Path.GetFileName(file), StringComparison.Ordinal)).ToList();

        Assert.DoesNotContain(-1, at);
        Assert.Equal(at.Order(), at);
    }

    private static IEnumerable<string> Folders(string project) => Sources(project)
        .Select(file => Path.GetRelativePath(Repository.PathOf("."), Path.GetDirectoryName(file)!).Replace('\\', '/'))
        .Where(folder => folder != project)
        .Distinct();

    private static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Repository.PathOf(project), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    /// <summary>
    /// Each namespace with those of this repository that its files use: by a using directive, or as the one that it is in and whose types it names.
    /// </summary>
    private static Dictionary<string, HashSet<string>> Uses()
    {
        var texts = _projects.SelectMany(Sources).Select(File.ReadAllText)
            .Where(text => Namespace().IsMatch(text))
            .ToLookup(text => Namespace().Match(text).Groups[1].Value, StringComparer.Ordinal);
        var types = texts.ToDictionary(
            group => group.Key, group => group.SelectMany(text => Type().Matches(text)).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal));
        return texts.ToDictionary(group => group.Key, group =>
        {
            var words = group.SelectMany(text => Word().Matches(text)).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
            var uses = group.SelectMany(text => Using().Matches(text)).Select(match => match.Groups[1].Value)
                .Concat(types.Keys.Where(other => group.Key.StartsWith(other + ".", StringComparison.Ordinal) && words.Overlaps(types[other].Except(types[group.Key]))));
            return uses.Where(other => other != group.Key && types.ContainsKey(other)).ToHashSet(StringComparer.Ordinal);
        });
    }

    /// <summary>The shortest way from a namespace back to itself, as text; empty if there is none.</summary>
    private static string CircleOf(string start, Dictionary<string, HashSet<string>> uses)
    {
        var ways = new Queue<string[]>([[start]]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (ways.TryDequeue(out var way))
        {
            foreach (var next in uses[way[^1]].Where(next => next == start || seen.Add(next)))
            {
                if (next == start)
                {
                    return string.Join(" -> ", [.. way, start]);
                }

                ways.Enqueue([.. way, next]);
            }
        }

        return "";
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"(?:class|record|struct|interface|enum) ([A-Z]\w+)")]
    private static partial Regex Type();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();

    [GeneratedRegex(@"^- `([\w./]+?)/?`:", RegexOptions.Multiline)]
    private static partial Regex Room();
}
