using System.Text.RegularExpressions;
using OrleansSie.Silo.Configuration;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>docs/configuration.md says what the code does.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string _page = Repository.Read("docs/configuration.md");

    [Fact]
    public void TableOfKeys_EqualsTheCode()
    {
        var (redis, others) = (ConfigurationKeys.ClusteringRedis.Connection, ConfigurationKeys.ClusteringRedis.All.Skip(1));
        var keys = ConfigurationKeys.All.Except(others).Concat(ProjectKeys.Documented.All).ToList();
        var rows = keys.Select(key => key == redis
            ? $"| `clustering.redis.*` | as `storage.redis.*` | {key.Default} | {key.Effect} |"
            : $"| `{key.Path}` | {Value(key, keys)} | {key.Default} | {key.Effect} |");
        var documented = _page.Split('\n')
            .SkipWhile(line => line != "| key | value | default | effect |")
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'));

        Assert.Equal(string.Join('\n', rows), string.Join('\n', documented));
    }

    /// <summary>The table has one row for the keys of the second Redis server.</summary>
    [Fact]
    public void KeysOfTheTwoRedisServers_DifferInTheServerAlone()
    {
        var (storage, clustering) = (ConfigurationKeys.StorageRedis, ConfigurationKeys.ClusteringRedis);

        Assert.Equal(storage.Connection.Accepts, clustering.Connection.Accepts);
        Assert.Equal(Texts(storage, "storage.redis."), Texts(clustering, "clustering.redis."));

        static IEnumerable<string> Texts(RedisKeys keys, string section) => keys.All.Skip(1)
            .Select(key => $"{key.Path.Replace(section, "", StringComparison.Ordinal)} | {key.Accepts} | {key.Default} | {key.Effect}");
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

    /// <summary>A key's values as the table says them: a long text stands once, and how a time is written stands above the table.</summary>
    private static string Value(ConfigurationKey key, List<ConfigurationKey> keys)
    {
        var first = keys.First(other => other.Accepts == key.Accepts);
        return first != key && key.Accepts.Length > 50
            ? $"as `{first.Path}`"
            : key.Accepts.Replace(" as a whole number with s, m, h or d,", "", StringComparison.Ordinal);
    }

    [GeneratedRegex("```yaml\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ExamplePattern();
}
