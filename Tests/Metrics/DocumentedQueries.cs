using OrleansSie.Testing;

namespace OrleansSie.Tests.Metrics;

/// <summary>The queries in the tables of the pages about metrics.</summary>
internal static class DocumentedQueries
{
    /// <summary>What a row is about, and the query in its last cell.</summary>
    public static IReadOnlyList<(string Question, string Expression)> All { get; } =
    [
        .. ((string[])["docs/metrics.md", "docs/promql.md"]).SelectMany(page => Rows(Repository.Read(page).Split('\n'))),
    ];

    private static IEnumerable<(string Question, string Expression)> Rows(string[] lines)
    {
        var isTable = false;
        foreach (var line in lines)
        {
            string[] cells = [.. line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim(' ', '`'))];
            if (isTable && line.StartsWith("| ", StringComparison.Ordinal))
            {
                yield return (cells[0], cells[^1]);
            }

            isTable = line.StartsWith('|') && (isTable || cells[^1] is "expression" or "example");
        }
    }
}
