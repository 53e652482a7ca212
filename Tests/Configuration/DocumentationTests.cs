using System.Text.RegularExpressions;
using OrleansSie.Silo.Configuration;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>docs/configuration.md says what the code does.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string _page = Repository.Read("docs/configuration.md");

    [Fact]
    public void TableOfKeys_EqualsTheCode()
    {
        var rows = ConfigurationKeys.All.Concat(ProjectKeys.Documented.All).Select(key => $"| `{key.Path}` | {key.Accepts} | {key.Default} | {key.Effect} |");
        var documented = _page.Split('\n')
            .SkipWhile(line => line != "| key | value | default | effect |")
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'));

        Assert.Equal(string.Join('\n', rows), string.Join('\n', documented));
    }

    [Fact]
    public void ExamplesOfFiles_AreLegal()
    {
        var examples = ExamplePattern().Matches(_page).Select(match => match.Groups["text"].Value).ToList();

        Assert.Equal(4, examples.Count);
        Assert.All(examples, example => Assert.Empty(Loading.FaultsWith(new() { ["/run/secrets/redis"] = "redis:6379" }, example)));
    }

    [Fact]
    public void Variables_OfTheTable_AreNamedByTheRule()
    {
        Assert.All(ConfigurationKeys.All, key => Assert.Matches("^SIE__[A-Z_]+$", key.Variable));
        Assert.Equal(ConfigurationKeys.All.Count, ConfigurationKeys.All.Select(key => key.Variable).Distinct().Count());
        Assert.Contains("`SIE__PROMETHEUS__PORT`", _page, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_HoldsEveryKeyOfTheCode()
    {
        var properties = typeof(ConfigurationKeys).GetProperties()
            .SelectMany(property => property.GetValue(null) switch { RedisKeys redis => redis.All, ConfigurationKey key => [key], _ => [] })
            .Select(key => key.Path).Order(StringComparer.Ordinal);

        Assert.Equal(properties, ConfigurationKeys.All.Select(key => key.Path).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("```yaml\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ExamplePattern();
}
