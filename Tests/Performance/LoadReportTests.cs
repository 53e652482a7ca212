using OrleansSie.Bench.Load;
using Xunit;

namespace OrleansSie.Tests.Performance;

public sealed class LoadReportTests
{
    [Fact]
    public void Table_OfTwoPrograms_HasMediansSpreadAndRatioByPair()
    {
        var report = new LoadReport("e2e", "a machine", ["ours", "base"]);
        foreach (var run in Enumerable.Range(1, 6))
        {
            report.Add(0, [new Figure("CPU", run)]);
            report.Add(1, [new Figure("CPU", 2 * run), new Figure("only there", 1000 * run)]);
        }

        var rows = report.Table().Split('\n');

        Assert.Contains("| figure | ours | base | ours / base, 95 % |", rows);
        Assert.Contains("| CPU | 3.50 (1.00 to 6.00) | 7.00 (2.00 to 12.0) | 0.50 (0.50 to 0.50) |", rows);
        Assert.Contains("| only there | - | 3,500 (1,000 to 6,000) | - |", rows);
    }

    [Fact]
    public void Table_OfOneProgram_HasNoRatio()
    {
        var report = new LoadReport("cold", "a machine", ["ours"]);
        report.Add(0, [new Figure("start, s", 0.5)]);

        Assert.Contains("| start, s | 0.50 |", report.Table().Split('\n'));
    }
}
