using System.Text.RegularExpressions;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Docs;

/// <summary>docs/promql.md: each query names series that exist, and has a case with an answer computed by hand.</summary>
public sealed partial class PromqlPageTests
{
    private const string Cases = "Tests/Metrics/promql.test.yaml";

    private static readonly List<string[]> _plain = TableOfTests.Rows("docs/promql.md", "## From the metrics", 2);
    private static readonly List<string[]> _recorded = TableOfTests.Rows("docs/promql.md", "## From the recording rules", 2);

    [Fact]
    public void EachQuery_HasACaseWithAnAnswer()
    {
        var answered = Case().Matches(Repository.Read(Cases)).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.All(_plain.Concat(_recorded), row => Assert.Contains(row[1].Trim('`'), answered));
    }

    [Fact]
    public void EachQuestion_IsAskedOnce() => Assert.Distinct(_plain.Concat(_recorded).Select(row => row[0]));

    [Fact]
    public void EachQuery_NamesSeriesOfThisProgram()
    {
        var known = MetricsPage.Names().ToHashSet(StringComparer.Ordinal);

        Assert.All(_plain, row => Assert.All(MetricsPage.SeriesIn(row[1]), name => Assert.Contains(name, known)));
        Assert.All(_recorded, row => Assert.Contains("sie:", row[1], StringComparison.Ordinal));
    }

    /// <summary>These go wrong when a replica dies, as the cases show.</summary>
    [Fact]
    public void NoQuery_TakesARateOfClusterWideCounters() =>
        Assert.All(_plain.Concat(_recorded), row => Assert.DoesNotMatch(Rate(), row[1]));

    [SystemFact]
    public void Cases_Pass()
    {
        RealParts.Program("promtool", "prometheus");

        Assert.Null(SystemCommand.Try("promtool", $"test rules {Repository.PathOf(Cases)}"));
    }

    [GeneratedRegex(@"^      - expr: '(.+)'\n        eval_time: \w+\n        exp_samples: \[\{", RegexOptions.Multiline)]
    private static partial Regex Case();

    [GeneratedRegex(@"\b(increase|rate|irate|delta)\(")]
    private static partial Regex Rate();
}
