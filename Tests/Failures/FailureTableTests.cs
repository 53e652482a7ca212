using System.Text.RegularExpressions;
using OrleansSie.Silo.Metrics;
using OrleansSie.Tests.Docs;
using Xunit;

namespace OrleansSie.Tests.Failures;

/// <summary>The table "What happens when something fails" names tests and metrics that exist, in every row.</summary>
public sealed partial class FailureTableTests
{
    private const string Heading = "## What happens when something fails";

    [Fact]
    public void Table_EveryRow_NamesATestThatExists() => TableOfTests.AssertTestsExist(Rows());

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

    /// <summary>The cells of each row: fault, what the user sees and does, metrics, tests.</summary>
    private static List<string[]> Rows()
    {
        var rows = TableOfTests.Rows("docs/architecture.md", Heading, 4);
        Assert.True(rows.Count >= 15, $"the table has only {rows.Count} rows");
        return rows;
    }

    [GeneratedRegex("sie_[a-z_]+|interruption_events_total", RegexOptions.CultureInvariant)]
    private static partial Regex Metric();
}
