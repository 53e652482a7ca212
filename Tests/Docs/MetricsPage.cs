using System.Reflection;
using System.Text.RegularExpressions;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Tests.Docs;

/// <summary>The two tables of metrics in docs/metrics.md.</summary>
internal static partial class MetricsPage
{
    public const string Path = "docs/metrics.md";

    /// <summary>A row, with its labels in the order of the document.</summary>
    internal sealed record Metric(string Name, string Type, IReadOnlyList<string> Labels, string Meaning, string Unit, string Stability, string Example);

    public static IReadOnlyList<Metric> Metrics { get; } = Read();

    /// <summary>The words of stability that the page explains.</summary>
    public static IReadOnlyList<string> Stabilities { get; } = [.. TableOfTests.Rows(Path, "# Metrics", 2).Select(row => row[0])];

    /// <summary>Every metric of the code; its other constants are names of labels.</summary>
    public static IEnumerable<string> Names() => Constants(isLabel: false);

    public static IEnumerable<string> Labels() => Constants(isLabel: true);

    /// <summary>The metrics that an expression asks for; a histogram's series are named by their metric.</summary>
    public static IEnumerable<string> SeriesIn(string expression) => Series().Matches(expression)
        .Select(m => m.Value.StartsWith("sie_", StringComparison.Ordinal) ? PartOfHistogram().Replace(m.Value, "") : m.Value);

    private static IEnumerable<string> Constants(bool isLabel) => typeof(MetricNames)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.Name.EndsWith("Label", StringComparison.Ordinal) == isLabel)
        .Select(field => (string)field.GetRawConstantValue()!);

    private static List<Metric> Read()
    {
        string[] headings = ["## Cluster-wide series", "## Process series"];
        var metrics = new List<Metric>();
        foreach (var row in headings.SelectMany(heading => TableOfTests.Rows(Path, heading, 7)))
        {
            var spans = Code().Matches(row[2]).Select(m => m.Groups[1].Value).ToList();
            var labels = row[2].StartsWith("as ", StringComparison.Ordinal) ? metrics.Single(m => m.Name == spans[0]).Labels : spans;
            metrics.Add(new Metric(row[0].Trim('`'), row[1], labels, row[3], row[4], row[5], row[6].Trim('`')));
        }

        return metrics;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\b(sie_[a-z0-9_]+|[a-z0-9_]+_events_total)\b")]
    private static partial Regex Series();

    [GeneratedRegex("(?<=_seconds)_(bucket|count|sum)$")]
    private static partial Regex PartOfHistogram();
}
