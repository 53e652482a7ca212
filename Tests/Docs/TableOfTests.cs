using System.Reflection;
using System.Text.RegularExpressions;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Docs;

/// <summary>A table of a document in which every row names, in its last cell, the tests that show it.</summary>
internal static partial class TableOfTests
{
    private static readonly HashSet<string> _tests = typeof(TableOfTests).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods().Where(m => m.GetCustomAttributes().OfType<FactAttribute>().Any()).Select(m => $"{type.Name}.{m.Name}"))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The cells of each row of the table under a heading.</summary>
    public static List<string[]> Rows(string document, string heading, int columns)
    {
        var page = Repository.Read(document);
        var rows = page[page.IndexOf(heading + "\n", StringComparison.Ordinal)..].Split('\n')
            .SkipWhile(line => !line.StartsWith("| ", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith('|'))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(line => line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim()).ToArray())
            .ToList();
        Assert.All(rows, row => Assert.Equal(columns, row.Length));
        return rows;
    }

    public static void AssertTestsExist(IEnumerable<string[]> rows) => Assert.All(rows, row =>
    {
        var named = Code().Matches(row[^1]).Select(m => m.Groups[1].Value).ToList();
        Assert.True(named.Count > 0, $"'{row[0]}' names no test");
        Assert.All(named, test => Assert.Contains(test, _tests));
    });

    [GeneratedRegex("`([A-Za-z0-9]+\\.[A-Za-z0-9_]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
