using OrleansSie.Testing;
using OrleansSie.Tests.Docs;
using Xunit;

namespace OrleansSie.Tests.Networks;

/// <summary>Every row of docs/networks.md names a test that exists.</summary>
public sealed class NetworkTableTests
{
    [Fact]
    public void Tables_EveryRow_NamesATestThatExists()
    {
        var rows = Repository.Read("docs/networks.md").Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.EndsWith("| test |", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | "))
            .ToList();

        Assert.True(rows.Count >= 15, $"the tables have only {rows.Count} rows");
        TableOfTests.AssertTestsExist(rows);
    }
}
