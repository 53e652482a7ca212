using System.Text.Json.Nodes;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Chart;

public sealed class AlertTests
{
    [SystemFact]
    public async Task EveryAlert_SaysHowBadItIsAndWhatToDo()
    {
        var operations = Repository.Read("docs/operations.md");

        Assert.All(await AlertsAsync("production"), rule =>
        {
            var name = (string)rule["alert"]!;
            Assert.StartsWith("Sie", name, StringComparison.Ordinal);
            Assert.NotNull(rule["for"]);
            Assert.Contains((string?)rule["labels"]!["severity"], (string?[])["critical", "warning"]);
            Assert.EndsWith(".", (string?)rule["annotations"]!["summary"], StringComparison.Ordinal);
            Assert.EndsWith(".", (string?)rule["annotations"]!["description"], StringComparison.Ordinal);
            Assert.EndsWith($"docs/operations.md#{name.ToLowerInvariant()}", (string?)rule["annotations"]!["runbook_url"], StringComparison.Ordinal);
            Assert.Contains($"\n### {name}\n", operations, StringComparison.Ordinal);
            Assert.DoesNotMatch("SELECTOR|REPLICAS|STALE|SHORT|KNOWN", (string)rule["expr"]! + rule["annotations"]!.ToJsonString());
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
        var all = (await AlertsAsync("production")).Select(Name).ToList();

        Assert.Equal([.. all.Except(["SieStoreNotDurable", "SieInventoryStale"]), "ManyInterruptions"], (await AlertsAsync("own-scrape")).Select(Name));
        Assert.Contains("absent(sie_build_info{job=\"interruptions\"})", (await AlertsAsync("own-scrape")).Select(rule => (string)rule["expr"]!));

        static string Name(JsonNode rule) => (string)rule["alert"]!;
    }

    private static async Task<IEnumerable<JsonNode>> AlertsAsync(string set) =>
        (await RenderedRules.OfAsync(set)).Where(rule => rule["alert"] is not null);
}
