using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s.Models;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Chart;

public sealed partial class DashboardTests
{
    private static readonly JsonNode _dashboard = JsonNode.Parse(Repository.Read("monitoring/dashboard.json"))!;

    private static readonly IReadOnlyList<JsonNode> _panels = [.. _dashboard["panels"]!.AsArray().Select(panel => panel!)];

    private static IEnumerable<JsonNode> Drawn => _panels.Where(panel => (string?)panel["type"] != "row");

    [Fact]
    public void EveryPanel_SaysWhatItShows_AndWhetherItNeedsTheRules() => Assert.All(Drawn, panel =>
    {
        Assert.NotEmpty((string)panel["title"]!);
        Assert.EndsWith(".", (string)panel["description"]!, StringComparison.Ordinal);
        Assert.Equal(
            Expressions(panel).Any(expression => expression.Contains("sie:", StringComparison.Ordinal)),
            ((string)panel["description"]!).Contains("Needs the rules of monitoring/rules.yaml.", StringComparison.Ordinal));
        Assert.Equal("${datasource}", (string?)panel["datasource"]!["uid"]);
        Assert.NotNull(panel["fieldConfig"]!["defaults"]!["unit"]);
    });

    [Fact]
    public void Panels_AreOneGrid()
    {
        var places = _panels.SelectMany(panel => Cells(panel["gridPos"]!)).ToList();

        Assert.Equal(places.Distinct(), places);
        Assert.All(places, place => Assert.InRange(place.X, 0, 23));
        Assert.Equal(Enumerable.Range(1, _panels.Count), _panels.Select(panel => (int)panel["id"]!));

        static IEnumerable<(int X, int Y)> Cells(JsonNode at) =>
            from x in Enumerable.Range((int)at["x"]!, (int)at["w"]!)
            from y in Enumerable.Range((int)at["y"]!, (int)at["h"]!)
            select (x, y);
    }

    [SystemFact]
    public async Task EveryQuery_Parses_AndReadsSeriesThatAreThere()
    {
        var expressions = Drawn.SelectMany(Expressions).ToList();
        var records = YamlJson.Documents(Repository.Read("monitoring/rules.yaml")).Single()["groups"]!.AsArray()
            .SelectMany(group => group!["rules"]!.AsArray()).Select(rule => (string?)rule!["record"]).OfType<string>();
        var series = MetricSeries.Names.Concat(records).ToHashSet(StringComparer.Ordinal);
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "queries.yaml");
        var rules = expressions.Select((expression, i) => new JsonObject { ["record"] = $"query:{i}", ["expr"] = Filled(expression) });
        await File.WriteAllTextAsync(
            file,
            new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "queries", ["rules"] = new JsonArray([.. rules]) }) }.ToJsonString(),
            TestContext.Current.CancellationToken);

        var (exitCode, output) = await RenderedRules.PromtoolAsync("check", "rules", file);

        Assert.True(exitCode == 0, output);
        Assert.True(expressions.Count > 30);
        Assert.All(expressions.SelectMany(MetricSeries.In), name => Assert.Contains(name, series));
        Assert.All(expressions.SelectMany(expression => Variable().Matches(expression)).Select(match => match.Value), name => Assert.Contains(name, (string[])["$cluster", "$__rate_interval", "$__range"]));
    }

    [SystemFact]
    public async Task ConfigMap_HoldsTheDashboard_WithTheLabelsThatAreStored()
    {
        var chart = await RenderedChart.OfAsync("monitoring");
        var map = Assert.Single(chart.All<V1ConfigMap>(), map => map.Metadata.Name.EndsWith("-dashboard", StringComparison.Ordinal));

        Assert.Equal("monitoring", map.Metadata.NamespaceProperty);
        Assert.Equal("1", map.Metadata.Labels["grafana_dashboard"]);
        Assert.Equal("Kubernetes", map.Metadata.Annotations["grafana_folder"]);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(Repository.Read("monitoring/dashboard.json").Replace("kubernetes_cluster", "gke_cluster", StringComparison.Ordinal)),
            JsonNode.Parse(map.Data["orleans-sie.json"])));
        var managed = Assert.Single((await RenderedChart.OfAsync("gmp")).All<V1ConfigMap>(), map => map.Metadata.Name.EndsWith("-dashboard", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"(?<!exported_)\b(project_id|location)\b", managed.Data["orleans-sie.json"]);
        Assert.NotNull(JsonNode.Parse(managed.Data["orleans-sie.json"]));
    }

    private static IEnumerable<string> Expressions(JsonNode panel) => panel["targets"]!.AsArray().Select(target => (string)target!["expr"]!);

    private static string Filled(string expression) => expression
        .Replace("$cluster", ".*", StringComparison.Ordinal).Replace("$__rate_interval", "2m", StringComparison.Ordinal).Replace("$__range", "1d", StringComparison.Ordinal);

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variable();
}
