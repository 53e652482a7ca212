using System.Reflection;
using System.Text.RegularExpressions;
using OrleansSie.Silo.Metrics;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Failures;

/// <summary>The table "What happens when something fails" names tests and metrics that exist, in every row.</summary>
public sealed partial class FailureTableTests
{
    private const string Heading = "## What happens when something fails";

    [Fact]
    public void Table_EveryRow_NamesATestThatExists()
    {
        var tests = typeof(FailureTableTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(m => m.GetCustomAttributes().OfType<FactAttribute>().Any()).Select(m => $"{type.Name}.{m.Name}"))
            .ToHashSet(StringComparer.Ordinal);

        Assert.All(Rows(), row =>
        {
            var named = Code().Matches(row[^1]).Select(m => m.Groups[1].Value).ToList();
            Assert.True(named.Count > 0, $"'{row[0]}' names no test");
            Assert.All(named, test => Assert.Contains(test, tests));
        });
    }

    [Fact]
    public void Table_EveryRow_NamesAMetricThatExists()
    {
        var metrics = typeof(MetricNames).GetFields().Select(f => (string)f.GetRawConstantValue()!).ToHashSet(StringComparer.Ordinal);

        Assert.All(Rows(), row =>
        {
            var named = Metric().Matches(row[2]).Select(m => m.Value).ToList();
            Assert.True(named.Count > 0, $"'{row[0]}' names no metric");
            Assert.All(named, metric => Assert.Contains(metric, metrics));
        });
    }

    [Fact]
    public void Table_NoTest_StandsForTwoRows()
    {
        var named = Rows().Select(row => row[^1]).ToList();

        Assert.Equal(named.Distinct(StringComparer.Ordinal), named);
    }

    /// <summary>The cells of each row: fault, what the user sees, what moves, what recovers it, test.</summary>
    private static List<string[]> Rows()
    {
        var page = Repository.Read("docs/architecture.md");
        var rows = page[page.IndexOf(Heading, StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(line => line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim()).ToArray())
            .ToList();
        Assert.True(rows.Count >= 15, $"the table has only {rows.Count} rows");
        Assert.All(rows, row => Assert.Equal(5, row.Length));
        return rows;
    }

    [GeneratedRegex("`([A-Za-z]+\\.[A-Za-z_]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex("sie_[a-z_]+|interruption_events_total", RegexOptions.CultureInvariant)]
    private static partial Regex Metric();
}
