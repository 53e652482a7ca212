using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Chart;

public sealed partial class AlertTests
{
    private static readonly string[] _names =
    [
        .. typeof(MetricNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!),
    ];

    [SystemTheory]
    [InlineData("production")]
    [InlineData("ports")]
    [InlineData("own-scrape")]
    public async Task Rules_PassPromtool(string set)
    {
        using var folder = new TemporaryFolder();
        var rules = await WriteRulesAsync(set, folder.Path);

        var (exitCode, output) = await PromtoolAsync("check", "rules", rules);

        Assert.True(exitCode == 0, output);
        Assert.Contains($"SUCCESS: {(await RulesAsync(set)).Count} rules found", output, StringComparison.Ordinal);
    }

    [SystemFact]
    public async Task EachAlert_FiresWhenItShould_AndNoneInHealth()
    {
        using var folder = new TemporaryFolder();
        await WriteRulesAsync("production", folder.Path);
        var scenarios = Path.Combine(folder.Path, "alerts.test.yaml");
        File.Copy(Repository.PathOf("Tests/Chart/alerts.test.yaml"), scenarios);

        var (exitCode, output) = await PromtoolAsync("test", "rules", scenarios);

        Assert.True(exitCode == 0, output);
        var text = await File.ReadAllTextAsync(scenarios, TestContext.Current.CancellationToken);
        Assert.All(await RulesAsync("production"), rule => Assert.Contains($"alertname=\"{rule["alert"]}\"", text, StringComparison.Ordinal));
    }

    [SystemFact]
    public async Task Expressions_NameOnlyMetricsAndLabelsOfTheProgram()
    {
        var rules = await RulesAsync("production");
        var series = rules.SelectMany(rule => Series().Matches((string)rule["expr"]!).Select(match => match.Groups[1].Value)).Distinct().ToList();

        Assert.True(series.Count > 10);
        Assert.All(series, name => Assert.Contains(name, _names));
        Assert.All(rules.SelectMany(rule => Grouping().Matches((string)rule["expr"]!)).SelectMany(match => match.Groups[1].Value.Split(", ")), label => Assert.Contains(label, _names));
    }

    [SystemFact]
    public async Task EveryAlert_SaysHowBadItIsAndWhatToDo()
    {
        var operations = Repository.Read("docs/operations.md");

        Assert.All(await RulesAsync("production"), rule =>
        {
            var name = (string)rule["alert"]!;
            Assert.StartsWith("Sie", name, StringComparison.Ordinal);
            Assert.NotNull(rule["for"]);
            Assert.Contains((string?)rule["labels"]!["severity"], (string?[])["critical", "warning"]);
            Assert.EndsWith(".", (string?)rule["annotations"]!["summary"], StringComparison.Ordinal);
            Assert.EndsWith(".", (string?)rule["annotations"]!["description"], StringComparison.Ordinal);
            Assert.EndsWith($"docs/operations.md#{name.ToLowerInvariant()}", (string?)rule["annotations"]!["runbook_url"], StringComparison.Ordinal);
            Assert.Contains($"\n### {name}\n", operations, StringComparison.Ordinal);
            Assert.DoesNotMatch("SELECTOR|REPLICAS|STALE", (string)rule["expr"]! + (string?)rule["annotations"]!["description"]);
        });
    }

    [SystemTheory]
    [InlineData("20m", 3600)]
    [InlineData("2h", 21600)]
    [InlineData("1d", 259200)]
    public async Task AListingIsOld_AfterThreeTimesItsInterval(string interval, int seconds)
    {
        var yaml = await HelmPart.TemplateAsync(
            "--set", "config.project_name=p", "--set", "monitoring.rules.enabled=true", "--set", "monitoring.scrape=podMonitor", "--set", $"config.inventory.interval={interval}");

        Assert.Contains($") > {seconds} or sum by (project)", yaml, StringComparison.Ordinal);
    }

    [SystemFact]
    public async Task Rules_TakeOnesOwnAndLeaveOutWhatIsDisabled()
    {
        var all = (await RulesAsync("production")).Select(Name).ToList();

        Assert.Equal([.. all.Except(["SieStoreNotDurable", "SieInventoryStale"]), "ManyInterruptions"], (await RulesAsync("own-scrape")).Select(Name));
        Assert.Contains("absent(sie_build_info{job=\"interruptions\"})", (await RulesAsync("own-scrape")).Select(rule => (string)rule["expr"]!));

        static string Name(JsonNode rule) => (string)rule["alert"]!;
    }

    private static async Task<IReadOnlyList<JsonNode>> RulesAsync(string set) =>
        [.. (await SpecAsync(set))["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => rule!)];

    private static async Task<JsonNode> SpecAsync(string set) => Assert.Single((await RenderedChart.OfAsync(set)).Kind("PrometheusRule"))["spec"]!;

    /// <summary>The rules as Prometheus' own file; JSON is YAML.</summary>
    private static async Task<string> WriteRulesAsync(string set, string folder)
    {
        var file = Path.Combine(folder, "rules.yaml");
        await File.WriteAllTextAsync(file, (await SpecAsync(set)).ToJsonString(), TestContext.Current.CancellationToken);
        return file;
    }

    private static async Task<(int ExitCode, string Output)> PromtoolAsync(params string[] arguments)
    {
        var binary = Programs.Find("promtool");
        Assert.SkipWhen(binary is null, "promtool is missing: install it (Debian: apt-get install prometheus).");
        using var process = Process.Start(new ProcessStartInfo(binary!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    [GeneratedRegex(@"\b([a-z_]+)\{")]
    private static partial Regex Series();

    [GeneratedRegex(@"\bby \(([^)]+)\)")]
    private static partial Regex Grouping();
}
