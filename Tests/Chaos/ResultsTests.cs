using OrleansSie.Bench.Chaos;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Chaos;

public sealed class ResultsTests
{
    private const string Recorded = "docs/evidence/chaos-results.txt";

    [Fact]
    public void Known_OfATableWithADifference_TellsItFromTheExact()
    {
        using var folder = new TemporaryFolder();
        var results = Of(folder, "abc");

        results.Add(Result(7, "kill 2", differences: 0));
        results.Add(Result(8, "kill 2", differences: 2));
        results.Add(Result(8, "kill 2", differences: 0));

        Assert.Equal(new Dictionary<(int, string), bool> { [(7, "kill 2")] = true, [(8, "kill 2")] = false }, results.Known());
    }

    [Fact]
    public void Known_OfOtherSourcesOrOtherFaults_IsLeftToRun()
    {
        using var folder = new TemporaryFolder();
        Of(folder, "abc").Add(Result(7, "kill 2", differences: 0));
        Of(folder, "def").Add(Result(7, "roll 1", differences: 0));

        Assert.Equal([(7, "kill 2")], Of(folder, "abc").Known().Keys);
        Assert.Equal([(7, "roll 1")], Of(folder, "def").Known().Keys);
    }

    [Fact]
    public void Known_OfTheRecordedRuns_ReadsEachLine()
    {
        var text = Repository.Read(Recorded);
        Assert.StartsWith(Results.Head, text, StringComparison.Ordinal);
        var rows = text[Results.Head.Length..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var sources = rows.Select(row => row.Split('|')[5].Trim()).Distinct();

        Assert.Equal(rows.Length, sources.Sum(name => new Results(Repository.PathOf(Recorded), name).Known().Count));
    }

    private static Results Of(TemporaryFolder folder, string sources) => new(Path.Combine(folder.Path, "runs.md"), sources);

    private static RunResult Result(int seed, string faults, int differences) => new(seed, 3, 20_000, faults, TimeSpan.FromMinutes(6), differences, "all of it");
}
