using System.Text.RegularExpressions;
using Xunit;

namespace OrleansSie.Tests.Chart;

public sealed partial class ReadmeTests
{
    [Fact]
    public void TableOfValues_IsValuesYaml()
    {
        var readme = File.ReadAllText(Path.Combine(HelmPart.Chart, "README.md"));
        var told = Row().Matches(readme.Split("\n## Values\n")[1].Split("\n## ")[0]).Select(row => (row.Groups[1].Value, row.Groups[2].Value));
        var values = ChartValues.Leaves(ChartValues.Defaults()).Select(leaf => (leaf.Path, leaf.Value!.ToJsonString()));

        Assert.Equal(values.Select(value => (value.Path, value.Item2 == "\"\"" ? value.Item2 : value.Item2.Trim('"'))), told);
    }

    [GeneratedRegex("^\\| `([^`]+)` \\| `([^`]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
