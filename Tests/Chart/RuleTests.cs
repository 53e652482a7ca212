using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Chart;

public sealed partial class RuleTests
{
    private static readonly string[] _caseFiles = ["alerts.test.yaml", "interruptions.test.yaml"];

    [SystemTheory]
    [InlineData("production")]
    [InlineData("ports")]
    [InlineData("own-scrape")]
    [InlineData("monitoring")]
    [InlineData("gmp")]
    public async Task Rules_PassPromtool(string set)
    {
        using var folder = new TemporaryFolder();
        var rules = await RenderedRules.WriteAsync(set, folder.Path);

        var (exitCode, output) = await RenderedRules.PromtoolAsync("check", "rules", rules);

        Assert.True(exitCode == 0, output);
        Assert.Contains($"SUCCESS: {(await RenderedRules.OfAsync(set)).Count} rules found", output, StringComparison.Ordinal);
    }

    [SystemTheory]
    [InlineData("alerts.test.yaml")]
    [InlineData("interruptions.test.yaml")]
    public async Task Rules_AnswerAsTheCasesSay(string cases)
    {
        using var folder = new TemporaryFolder();
        await RenderedRules.WriteAsync("production", folder.Path);
        var copy = Path.Combine(folder.Path, cases);

        // Without their order promtool evaluates the groups in one that changes from run to run.
        var groups = string.Join(", ", await RenderedRules.GroupsAsync("production"));
        await File.WriteAllTextAsync(copy, $"group_eval_order: [{groups}]\n{Repository.Read($"Tests/Chart/{cases}")}", TestContext.Current.CancellationToken);

        var (exitCode, output) = await RenderedRules.PromtoolAsync("test", "rules", copy);

        Assert.True(exitCode == 0, output);
    }

    /// <summary>A silent case has all series that the alert reads, and another answer than that alert.</summary>
    [SystemFact]
    public async Task EveryAlert_HasACaseInWhichItFires_AndOneInWhichItIsSilent()
    {
        var rules = await RenderedRules.OfAsync("production");

        Assert.All(rules.Where(rule => rule["alert"] is not null), rule =>
        {
            var name = $"alertname=\"{rule["alert"]}\"";
            var series = SeriesOf((string)rule["expr"]!, rules).ToHashSet();
            Assert.Contains(Cases(), one => Answers(one, "ALERTS").Any(answer => answer.Contains(name, StringComparison.Ordinal)));
            Assert.Contains(Cases(), one => series.IsSubsetOf(InputOf(one)) && Answers(one, "ALERTS").Any(answer => !answer.Contains(name, StringComparison.Ordinal)));
        });
    }

    /// <summary>One case ends the scrapes: it counts all records before that, and finds none afterwards.</summary>
    [SystemFact]
    public async Task EveryRecord_HasACaseWithANumber_AndOneWithout()
    {
        var records = (await RenderedRules.OfAsync("production")).Select(rule => (string?)rule["record"]).OfType<string>().ToList();

        Assert.All(records, name => Assert.Contains(Cases(), one => Answers(one, name).Any(answer => answer.Length > 0)));
        Assert.Contains(Cases(), one =>
            Answers(one, "count({__name__=~\"sie:.+\"})").Contains($"{{}} {records.Count}")
            && Answers(one, "{__name__=~\"sie:.+\"}").Contains(""));
    }

    [SystemFact]
    public async Task Expressions_NameOnlyMetricsAndLabelsOfTheProgram()
    {
        var rules = await RenderedRules.OfAsync("production");
        var expressions = rules.Select(rule => (string)rule["expr"]!).ToList();
        var series = expressions.SelectMany(expression => SeriesOf(expression, rules)).Distinct().ToList();

        Assert.True(series.Count > 20);
        Assert.All(series, name => Assert.Contains(name, MetricSeries.Names));
        Assert.All(
            expressions.SelectMany(expression => Grouping().Matches(expression)).SelectMany(match => match.Groups[1].Value.Split(", ")),
            label => Assert.Contains(label, (string[])[.. MetricSeries.Names, "kubernetes_cluster", "le"]));
    }

    [SystemFact]
    public async Task PlainFile_IsTheChartsRulesByDefault()
    {
        var file = Repository.Read("monitoring/rules.yaml");
        var rendered = YamlJson.Documents(await HelmPart.RunAsync(
            "template", "orleans-sie", HelmPart.Chart, "--set", "config.project_name=p", "--set", "monitoring.rules.enabled=true", "--set-string", "monitoring.rules.selector=job=~\".+\"")
            is (0, var output, _) ? output : throw new InvalidOperationException("The chart does not render."));

        var spec = Assert.Single(rendered, document => (string?)document["kind"] == "PrometheusRule")["spec"]!;

        Assert.True(JsonNode.DeepEquals(spec, YamlJson.Documents(file).Single()), "Make monitoring/rules.yaml anew, by the command in its head.");
        var (exitCode, report) = await RenderedRules.PromtoolAsync("check", "rules", Repository.PathOf("monitoring/rules.yaml"));
        Assert.True(exitCode == 0, report);
    }

    [Fact]
    public void ShortLifetime_IsABoundOfTheHistogram()
    {
        var choices = ChartValues.Schema["properties"]!["monitoring"]!["properties"]!["rules"]!["properties"]!["shortLifetime"]!["enum"]!.AsArray().Select(choice => Seconds((string)choice!));
        var bounds = Bound().Matches(Repository.Read("Tests/Metrics/golden.txt")).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).Distinct();

        Assert.Equal(bounds.Order(), choices);

        static int Seconds(string time) => int.Parse(time[..^1], CultureInfo.InvariantCulture) * time[^1] switch { 'd' => 86_400, 'h' => 3_600, _ => 60 };
    }

    [SystemFact]
    public async Task InManagedPrometheus_CountsAreOfTheScrapesOn_AndTakenLabelsHaveAnotherName()
    {
        var rules = await RenderedRules.OfAsync("gmp");

        Assert.All(rules, rule => Assert.DoesNotMatch(@"(?<!exported_)\b(project_id|location)\b|sie:(interruptions|node_seconds|node_lifetime_seconds_bucket):(max|offset1d)", (string)rule["expr"]!));
        Assert.Contains(
            "increase(sie_interruptions_total{namespace=\"counting\",job=~\"sie-orleans-sie|sie-orleans-sie-cluster\"}[1h])",
            (string)rules.Single(rule => (string?)rule["record"] == "sie:interruptions:increase1h")["expr"]!, StringComparison.Ordinal);
        Assert.Contains("le=~\"1200([.]0)?|[+]Inf\"", (string)rules.Single(rule => (string?)rule["record"] == "sie:node_lifetime_seconds_bucket:increase1d")["expr"]!, StringComparison.Ordinal);
    }

    /// <summary>The series that Prometheus scrapes for an expression, also by way of the recording rules.</summary>
    private static IEnumerable<string> SeriesOf(string expression, IReadOnlyList<JsonNode> rules) =>
        MetricSeries.In(expression).SelectMany(name =>
            !name.Contains(':', StringComparison.Ordinal) ? [name]
            : rules.SingleOrDefault(rule => (string?)rule["record"] == name) is { } record ? SeriesOf((string)record["expr"]!, [.. rules.Where(rule => rule != record)])
            : []);

    private static IEnumerable<JsonNode> Cases() => _caseFiles
        .SelectMany(file => YamlJson.Documents(Repository.Read($"Tests/Chart/{file}")).Single()["tests"]!.AsArray()).Select(one => one!);

    private static IEnumerable<string> InputOf(JsonNode one) => one["input_series"]!.AsArray().Select(input => ((string)input!["series"]!).Split('{')[0]);

    /// <summary>What a case expects of the expressions that name a series: labels and values, or nothing.</summary>
    private static IEnumerable<string> Answers(JsonNode one, string name) => one["promql_expr_test"]!.AsArray()
        .Where(query => ((string)query!["expr"]!).Contains(name, StringComparison.Ordinal))
        .Select(query => string.Join(' ', query!["exp_samples"]!.AsArray().Select(sample => $"{sample!["labels"]} {sample["value"]}")));

    [GeneratedRegex(@"\bby \(([^)]+)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex("sie_node_lifetime_seconds_bucket\\{.*le=\"([0-9]+)\"")]
    private static partial Regex Bound();
}
