using OrleansSie.Bench.Chaos;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Chaos;

public sealed class ResultsTests
{
    [Fact]
    public void Seeds_OfATableWithADifference_TellItFromTheExact()
    {
        using var folder = new TemporaryFolder();
        var results = new Results(Path.Combine(folder.Path, "runs.md"));

        results.Add(new RunResult(7, 3, 20_000, "kill 2", TimeSpan.FromMinutes(6), Differences: 0));
        results.Add(new RunResult(8, 3, 20_000, "kill 2", TimeSpan.FromMinutes(6), Differences: 2));
        results.Add(new RunResult(8, 3, 20_000, "kill 2", TimeSpan.FromMinutes(6), Differences: 0));

        Assert.Equal(new Dictionary<int, bool> { [7] = true, [8] = false }, results.Seeds());
    }
}
