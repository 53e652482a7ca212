using System.Globalization;
using OrleansSie.Silo.Hosting;
using OrleansSie.Testing;
using OrleansSie.Tests.Docs;
using Xunit;

namespace OrleansSie.Tests.Hosting;

/// <summary>The page of the process names tests that exist, and the times and exit codes of the program.</summary>
public sealed class ProcessPageTests
{
    private const string Page = "docs/process.md";

    [Theory]
    [InlineData("## Asked to end", 3, 13)]
    [InlineData("## Ends that nobody asked for", 3, 8)]
    public void Table_EveryRow_NamesATestThatExists(string heading, int columns, int least)
    {
        var rows = TableOfTests.Rows(Page, heading, columns);

        Assert.True(rows.Count >= least, $"the table has only {rows.Count} rows");
        TableOfTests.AssertTestsExist(rows);
    }

    [Fact]
    public void ExitCodes_AreThoseOfTheProgram()
    {
        var codes = TableOfTests.Rows(Page, "## Exit codes", 2).Select(row => row[0]).ToList();

        Assert.Equal(
            new[] { 0, StateCommand.NoRecord, ProcessEnd.Software, ProcessEnd.Temporary, ProcessEnd.BadConfiguration, ProcessEnd.Signal + 1, ProcessEnd.Signal + 2, ProcessEnd.Signal + 3, ProcessEnd.Signal + 15 }
                .Select(code => code.ToString(CultureInfo.InvariantCulture)),
            string.Join(", ", codes).Split(", "));
    }

    [Fact]
    public void Times_AreThoseOfTheProgram()
    {
        var page = Repository.Read(Page);

        Assert.Contains($"within {StopDeadline.Patience.TotalSeconds} s", page, StringComparison.Ordinal);
        Assert.Contains($"takes up to {SiloHost.ShutdownTimeout.TotalSeconds} s", page, StringComparison.Ordinal);
    }
}
